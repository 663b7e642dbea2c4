import { type Permission, type Role, roles } from '../../platform/actor.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type ApiToken, type TokenId, tokenNotFound } from './api-token.ts'
import { type Limits, type Person, type PersonId, personNotFound } from './person.ts'

type PersonRow = {
  id: string
  name: string
  email: string
  roles: string[]
  limits: Limits
  created_at: Date
  disabled_at: Date | null
}

type TokenRow = {
  id: string
  person_id: string
  name: string
  permissions: string[] | null
  created_at: Date
  expires_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

const personColumns = 'p.id, p.name, p.email, p.roles, p.limits, p.created_at, p.disabled_at'
const tokenColumns =
  't.id, t.person_id, t.name, t.permissions, t.created_at, t.expires_at, t.last_used_at, t.revoked_at'

const toPerson = (row: PersonRow): Person => ({
  id: row.id as PersonId,
  name: row.name,
  email: row.email,
  // A role that this version does not know grants nothing.
  roles: row.roles.filter((each): each is Role => (roles as readonly string[]).includes(each)),
  limits: row.limits,
  createdAt: row.created_at,
  disabledAt: row.disabled_at ?? undefined,
})

const toToken = (row: TokenRow): ApiToken => ({
  id: row.id as TokenId,
  personId: row.person_id as PersonId,
  name: row.name,
  // Only compared with what the person has, so an unknown word grants nothing.
  permissions: row.permissions === null ? undefined : (row.permissions as Permission[]),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at ?? undefined,
  revokedAt: row.revoked_at ?? undefined,
})

/** Held by everything that decides about admins, so that two callers cannot each remove the other. */
export const lockAdmins = (tx: Tx) => tx.rows('select pg_advisory_xact_lock(7003)')

export const countActiveAdmins = async (db: Db): Promise<number> =>
  (
    await db.row<{ n: number }>(
      `select count(*)::int as n from person where disabled_at is null and 'admin' = any (roles)`,
    )
  )?.n ?? 0

export async function listPeople(db: Db, page: { limit: number; after?: string | undefined }): Promise<Person[]> {
  const rows = await db.rows<PersonRow>(
    `select ${personColumns} from person p where ($1::text is null or p.id > $1) order by p.id limit $2`,
    [page.after ?? null, page.limit],
  )
  return rows.map(toPerson)
}

export async function listActivePeople(db: Db): Promise<Person[]> {
  return (
    await db.rows<PersonRow>(`select ${personColumns} from person p where p.disabled_at is null order by p.id`)
  ).map(toPerson)
}

export async function activeAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.rows<{ id: string }>(
    'select p.id from person p where p.id = any ($1) and p.disabled_at is null',
    [ids],
  )
  return new Set(rows.map((row) => row.id))
}

export async function findPerson(db: Db, id: string): Promise<Person> {
  const row = await db.row<PersonRow>(`select ${personColumns} from person p where p.id = $1`, [id])
  if (!row) throw personNotFound(id)
  return toPerson(row)
}

export async function findPersonByEmail(db: Db, email: string): Promise<Person | undefined> {
  const row = await db.row<PersonRow>(`select ${personColumns} from person p where lower(p.email) = lower($1)`, [email])
  return row ? toPerson(row) : undefined
}

export async function lockPerson(tx: Tx, id: string): Promise<Person> {
  const row = await tx.row<PersonRow>(`select ${personColumns} from person p where p.id = $1 for update`, [id])
  if (!row) throw personNotFound(id)
  return toPerson(row)
}

/** False when the address is taken. */
export async function addPerson(tx: Tx, person: Person, createdBy: string): Promise<boolean> {
  const row = await tx.row(
    `insert into person (id, name, email, roles, limits, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing returning id`,
    [person.id, person.name, person.email, person.roles, person.limits, person.createdAt, createdBy],
  )
  return row !== undefined
}

export async function savePerson(tx: Tx, person: Person): Promise<void> {
  await tx.rows('update person set name = $2, roles = $3, limits = $4, disabled_at = $5 where id = $1', [
    person.id,
    person.name,
    person.roles,
    person.limits,
    person.disabledAt ?? null,
  ])
}

export async function addToken(tx: Tx, token: ApiToken, hash: Buffer, createdBy: string): Promise<void> {
  await tx.rows(
    `insert into api_token (id, person_id, name, hash, permissions, created_at, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      token.id,
      token.personId,
      token.name,
      hash,
      token.permissions ?? null,
      token.createdAt,
      createdBy,
      token.expiresAt,
    ],
  )
}

export async function findByHash(db: Db, hash: Buffer): Promise<{ token: ApiToken; person: Person } | undefined> {
  const token = await db.row<TokenRow>(`select ${tokenColumns} from api_token t where t.hash = $1`, [hash])
  return token ? { token: toToken(token), person: await findPerson(db, token.person_id) } : undefined
}

/** At most one write a minute for one token. */
export async function noteUse(db: Db, id: TokenId, at: Date, before: Date): Promise<void> {
  await db.rows(
    'update api_token set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)',
    [id, at, before],
  )
}

type TokenPage = { limit: number; after?: string | undefined; personId?: string | undefined }

export async function listTokens(db: Db, page: TokenPage): Promise<ApiToken[]> {
  const rows = await db.rows<TokenRow>(
    `select ${tokenColumns} from api_token t
     where ($1::text is null or t.id > $1) and ($2::text is null or t.person_id = $2) order by t.id limit $3`,
    [page.after ?? null, page.personId ?? null, page.limit],
  )
  return rows.map(toToken)
}

/** Those that would be taken: neither ended nor revoked. */
export async function listWorkingTokens(db: Db, people: readonly string[], at: Date): Promise<ApiToken[]> {
  const rows = await db.rows<TokenRow>(
    `select ${tokenColumns} from api_token t
     where t.person_id = any ($1) and t.revoked_at is null and t.expires_at > $2 order by t.id`,
    [people, at],
  )
  return rows.map(toToken)
}

export async function lockToken(tx: Tx, id: string): Promise<ApiToken> {
  const row = await tx.row<TokenRow>(`select ${tokenColumns} from api_token t where t.id = $1 for update`, [id])
  if (!row) throw tokenNotFound(id)
  return toToken(row)
}

export async function saveRevoked(tx: Tx, token: ApiToken): Promise<void> {
  await tx.rows('update api_token set revoked_at = $2 where id = $1', [token.id, token.revokedAt ?? null])
}

export async function revokeTokensOf(tx: Tx, personId: PersonId, at: Date): Promise<void> {
  await tx.rows('update api_token set revoked_at = $2 where person_id = $1 and revoked_at is null', [personId, at])
}

/** One way in at a time: a new bootstrap token ends those before it. */
export async function replaceBootstrap(tx: Tx, hash: Buffer, at: Date, expiresAt: Date): Promise<void> {
  await tx.rows('delete from bootstrap_token where used_at is null')
  await tx.rows('insert into bootstrap_token (hash, created_at, expires_at) values ($1, $2, $3)', [hash, at, expiresAt])
}

export async function isBootstrapUsable(db: Db, hash: Buffer, at: Date): Promise<boolean> {
  return (
    (await db.row('select 1 from bootstrap_token where hash = $1 and used_at is null and expires_at > $2', [
      hash,
      at,
    ])) !== undefined
  )
}

/** True for the one caller who used up what was open. */
export async function useBootstrap(tx: Tx, at: Date): Promise<boolean> {
  const used = await tx.rows(
    'update bootstrap_token set used_at = $1 where used_at is null and expires_at > $1 returning 1',
    [at],
  )
  return used.length > 0
}
