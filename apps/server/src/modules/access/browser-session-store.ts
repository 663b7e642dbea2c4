import type { Db, Tx } from '../../platform/db.ts'
import { type Session, type SessionId, sessionNotFound } from './browser-session.ts'
import type { PersonId } from './person.ts'

type Row = {
  id: string
  person_id: string
  address: string
  created_at: Date
  expires_at: Date
  last_used_at: Date
  ended_at: Date | null
}

const columns = 's.id, s.person_id, s.address, s.created_at, s.expires_at, s.last_used_at, s.ended_at'

const toSession = (row: Row): Session => ({
  id: row.id as SessionId,
  personId: row.person_id as PersonId,
  address: row.address,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  endedAt: row.ended_at ?? undefined,
})

export async function addSession(tx: Tx, session: Session, hash: Buffer): Promise<void> {
  await tx.rows(
    `insert into session (id, person_id, hash, address, created_at, expires_at, last_used_at)
     values ($1, $2, $3, $4, $5, $6, $5)`,
    [session.id, session.personId, hash, session.address, session.createdAt, session.expiresAt],
  )
}

export async function findSessionByHash(db: Db, hash: Buffer): Promise<Session | undefined> {
  const row = await db.row<Row>(`select ${columns} from session s where s.hash = $1`, [hash])
  return row && toSession(row)
}

/** At most one write a minute for one session. */
export async function noteSessionUse(db: Db, id: SessionId, at: Date, before: Date): Promise<void> {
  await db.rows('update session set last_used_at = $2 where id = $1 and last_used_at <= $3', [id, at, before])
}

export async function lockSession(tx: Tx, id: string): Promise<Session> {
  const row = await tx.row<Row>(`select ${columns} from session s where s.id = $1 for update`, [id])
  if (!row) throw sessionNotFound(id)
  return toSession(row)
}

export async function saveEnded(tx: Tx, { id, endedAt }: Session): Promise<void> {
  await tx.rows('update session set ended_at = $2 where id = $1', [id, endedAt ?? null])
}

export async function endSessionsOf(tx: Tx, personId: PersonId, at: Date): Promise<void> {
  await tx.rows('update session set ended_at = $2 where person_id = $1 and ended_at is null', [personId, at])
}

type SessionPage = { limit: number; after?: string | undefined; personId?: string | undefined; openAt: Date }

/** Those that have not ended by themselves or by somebody. */
export async function listSessions(db: Db, { limit, after, personId, openAt }: SessionPage): Promise<Session[]> {
  const rows = await db.rows<Row>(
    `select ${columns} from session s
     where s.ended_at is null and s.expires_at > $4
       and ($1::text is null or s.id > $1) and ($2::text is null or s.person_id = $2) order by s.id limit $3`,
    [after ?? null, personId ?? null, limit, openAt],
  )
  return rows.map(toSession)
}

export async function findPersonOfLogin(db: Db, issuer: string, subject: string): Promise<string | undefined> {
  const row = await db.row<{ person_id: string }>(
    'select l.person_id from person_login l where l.issuer = $1 and l.subject = $2',
    [issuer, subject],
  )
  return row?.person_id
}

/** False when this person signs in with another account there already. */
export async function addLogin(
  tx: Tx,
  issuer: string,
  subject: string,
  personId: PersonId,
  at: Date,
): Promise<boolean> {
  const row = await tx.row(
    `insert into person_login (issuer, subject, person_id, linked_at) values ($1, $2, $3, $4)
     on conflict do nothing returning person_id`,
    [issuer, subject, personId, at],
  )
  return row !== undefined
}

export async function dropLogins(tx: Tx, personId: PersonId): Promise<number> {
  return (await tx.rows('delete from person_login where person_id = $1 returning 1', [personId])).length
}
