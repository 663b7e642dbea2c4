import type { Db, Tx } from '../../platform/db.ts'
import type { Secret, SecretName, SecretVersion } from './secret.ts'

type Row = { tenant: string; name: string; version: number; created_at: Date; created_by: string }
type SealedRow = Row & { sealed: string }

const columns = 's.tenant, s.name, s.version, s.created_at, s.created_by'

const toSecret = ({ tenant, name, version, created_at, created_by }: Row): Secret => ({
  tenant,
  name,
  version,
  createdAt: created_at,
  createdBy: created_by,
})

export type SealedSecret = { readonly secret: Secret; readonly sealed: string }

/** Holds the name until the transaction ends, so that two writers get two versions, also of the first one. */
export const lockName = (tx: Tx, { tenant, name }: SecretName) =>
  tx.rows(`select pg_advisory_xact_lock(7004, hashtext($1))`, [`${tenant}/${name}`])

export async function findLatest(db: Db, { tenant, name }: SecretName): Promise<SealedSecret | undefined> {
  const row = await db.row<SealedRow>(
    `select ${columns}, s.sealed from secret s where s.tenant = $1 and s.name = $2 order by s.version desc limit 1`,
    [tenant, name],
  )
  return row ? { secret: toSecret(row), sealed: row.sealed } : undefined
}

export async function findVersion(db: Db, { tenant, name, version }: SecretVersion): Promise<SealedSecret | undefined> {
  const row = await db.row<SealedRow>(
    `select ${columns}, s.sealed from secret s where s.tenant = $1 and s.name = $2 and s.version = $3`,
    [tenant, name, version],
  )
  return row ? { secret: toSecret(row), sealed: row.sealed } : undefined
}

export async function addSecret(
  tx: Tx,
  { tenant, name, version, createdAt, createdBy }: Secret,
  sealed: string,
): Promise<void> {
  await tx.rows(
    `insert into secret (tenant, name, version, sealed, created_at, created_by) values ($1, $2, $3, $4, $5, $6)`,
    [tenant, name, version, sealed, createdAt, createdBy],
  )
}

export type SecretPage = {
  readonly tenant?: string | undefined
  readonly limit: number
  readonly after?: SecretName | undefined
}

/** The latest version of each, in the order of tenant and name. */
export async function listSecrets(db: Db, { tenant, limit, after }: SecretPage): Promise<Secret[]> {
  const rows = await db.rows<Row>(
    `select distinct on (s.tenant collate "C", s.name collate "C") ${columns} from secret s
     where ($1::text is null or s.tenant collate "C" = $1)
       and ($2::text is null or (s.tenant collate "C", s.name collate "C") > ($2 collate "C", $3 collate "C"))
     order by s.tenant collate "C", s.name collate "C", s.version desc limit $4`,
    [tenant ?? null, after?.tenant ?? null, after?.name ?? null, limit],
  )
  return rows.map(toSecret)
}

export async function listVersions(db: Db, { tenant, name }: SecretName): Promise<Secret[]> {
  const rows = await db.rows<Row>(
    `select ${columns} from secret s where s.tenant = $1 and s.name = $2 order by s.version`,
    [tenant, name],
  )
  return rows.map(toSecret)
}

/** Every version of these tenants. */
export async function listSealed(db: Db, tenants: readonly string[]): Promise<SealedSecret[]> {
  const rows = await db.rows<SealedRow>(`select ${columns}, s.sealed from secret s where s.tenant = any($1)`, [tenants])
  return rows.map((row) => ({ secret: toSecret(row), sealed: row.sealed }))
}

/** What begins otherwise: sealed with another key. */
export async function lockSealedOtherwise(tx: Tx, prefix: string, limit: number): Promise<SealedSecret[]> {
  const rows = await tx.rows<SealedRow>(
    `select ${columns}, s.sealed from secret s where not starts_with(s.sealed, $1) limit $2 for update skip locked`,
    [prefix, limit],
  )
  return rows.map((row) => ({ secret: toSecret(row), sealed: row.sealed }))
}

export async function saveSealed(tx: Tx, { tenant, name, version }: SecretVersion, sealed: string): Promise<void> {
  await tx.rows('update secret set sealed = $4 where tenant = $1 and name = $2 and version = $3', [
    tenant,
    name,
    version,
    sealed,
  ])
}

/** Held by whoever moves to another master key. */
export const lockMasterKey = (tx: Tx) => tx.rows('select pg_advisory_xact_lock(7012)')

export const findMasterKey = (db: Db): Promise<{ id: string; since: Date } | undefined> =>
  db.row('select k.id, k.since from master_key k order by k.since desc, k.id limit 1')

export async function addMasterKey(tx: Tx, id: string, since: Date, by: string): Promise<void> {
  await tx.rows(
    'insert into master_key (id, since, set_by) values ($1, $2, $3) on conflict (id) do update set since = $2',
    [id, since, by],
  )
}
