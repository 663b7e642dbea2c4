import { type Permission, permissions } from '../../platform/actor.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Approval, type ApprovalId, type ApprovalState, approvalNotFound, hashOfAct } from './approval.ts'

type Row = {
  id: string
  kind: string
  subject: string
  what: string
  act: Record<string, unknown>
  permission: string
  reason: string
  state: ApprovalState
  asked_by: string
  asked_by_name: string
  asked_at: Date
  expires_at: Date
  decided_by: string | null
  decided_by_name: string | null
  decided_at: Date | null
  decided_why: string | null
  ended_at: Date | null
}

const columns = `a.id, a.kind, a.subject, a.what, a.act, a.permission, a.reason, a.state, a.asked_by, a.asked_by_name,
  a.asked_at, a.expires_at, a.decided_by, a.decided_by_name, a.decided_at, a.decided_why, a.ended_at`

const toApproval = (row: Row): Approval => ({
  id: row.id as ApprovalId,
  kind: row.kind,
  subject: row.subject,
  what: row.what,
  parameters: row.act,
  // A permission that this version does not know is nobody's, so nobody approves.
  permission: permissions.find((each): each is Permission => each === row.permission) ?? 'access.bootstrap',
  reason: row.reason,
  state: row.state,
  askedBy: row.asked_by,
  askedByName: row.asked_by_name,
  askedAt: row.asked_at,
  expiresAt: row.expires_at,
  decidedBy: row.decided_by ?? undefined,
  decidedByName: row.decided_by_name ?? undefined,
  decidedAt: row.decided_at ?? undefined,
  decidedWhy: row.decided_why ?? undefined,
  endedAt: row.ended_at ?? undefined,
})

/** Held by whoever asks for or uses an act, so that one person asking twice at once asks once. */
export const lockAct = (tx: Tx, askedBy: string, hash: string) =>
  tx.rows('select pg_advisory_xact_lock(7011, hashtext($1))', [`${askedBy} ${hash}`])

export async function addApproval(tx: Tx, given: Approval): Promise<void> {
  await tx.rows(
    `insert into approval (id, kind, subject, what, act, act_hash, permission, reason, state, asked_by, asked_by_name,
       asked_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      given.id,
      given.kind,
      given.subject,
      given.what,
      JSON.stringify(given.parameters),
      hashOfAct(given),
      given.permission,
      given.reason,
      given.state,
      given.askedBy,
      given.askedByName,
      given.askedAt,
      given.expiresAt,
    ],
  )
}

export async function saveApproval(tx: Tx, given: Approval): Promise<void> {
  await tx.rows(
    `update approval set state = $2, decided_by = $3, decided_by_name = $4, decided_at = $5, decided_why = $6,
       ended_at = $7 where id = $1`,
    [
      given.id,
      given.state,
      given.decidedBy ?? null,
      given.decidedByName ?? null,
      given.decidedAt ?? null,
      given.decidedWhy ?? null,
      given.endedAt ?? null,
    ],
  )
}

export async function findApproval(db: Db, id: string): Promise<Approval> {
  const row = await db.row<Row>(`select ${columns} from approval a where a.id = $1`, [id])
  if (!row) throw approvalNotFound(id)
  return toApproval(row)
}

export const isSeen = async (db: Db, id: string): Promise<boolean> =>
  (await db.row('select 1 as seen from approval a where a.id = $1', [id])) !== undefined

export async function lockApproval(tx: Tx, id: string): Promise<Approval> {
  const row = await tx.row<Row>(`select ${columns} from approval a where a.id = $1 for update`, [id])
  if (!row) throw approvalNotFound(id)
  return toApproval(row)
}

/** What holds for this person and act; its time may be over. */
export async function lockHolding(tx: Tx, askedBy: string, hash: string): Promise<Approval | undefined> {
  const row = await tx.row<Row>(
    `select ${columns} from approval a
     where a.asked_by = $1 and a.act_hash = $2 and a.state in ('open', 'approved') for update`,
    [askedBy, hash],
  )
  return row && toApproval(row)
}

export async function lockNewest(tx: Tx, askedBy: string, hash: string): Promise<Approval | undefined> {
  const row = await tx.row<Row>(
    `select ${columns} from approval a where a.asked_by = $1 and a.act_hash = $2 order by a.id desc limit 1 for update`,
    [askedBy, hash],
  )
  return row && toApproval(row)
}

export async function lockUnended(tx: Tx): Promise<Approval[]> {
  const rows = await tx.rows<Row>(
    `select ${columns} from approval a where a.state in ('open', 'approved') order by a.id for update skip locked`,
  )
  return rows.map(toApproval)
}

export type ApprovalPage = {
  readonly limit: number
  readonly after?: string | undefined
  readonly state?: ApprovalState | undefined
}

/** The newest first. */
export async function listApprovals(db: Db, { limit, after, state }: ApprovalPage): Promise<Approval[]> {
  const rows = await db.rows<Row>(
    `select ${columns} from approval a
     where ($1::text is null or a.id < $1) and ($2::text is null or a.state = $2) order by a.id desc limit $3`,
    [after ?? null, state ?? null, limit],
  )
  return rows.map(toApproval)
}
