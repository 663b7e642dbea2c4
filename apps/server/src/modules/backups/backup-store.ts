import type { Db, Tx } from '../../platform/db.ts'
import { type Backup, type BackupProof, type BackupState, backupNotFound, type TableCounts } from './backup.ts'

type BackupRow = {
  id: string
  instance_id: string
  state: BackupState
  repository: string
  key_ref: string
  snapshot: string | null
  tables: TableCounts | null
  migration_version: string | null
  bytes: number | null
  seconds: number | null
  failure: string | null
  proof: BackupProof | null
  started_at: Date
  taken_at: Date | null
  proven_at: Date | null
}

const toBackup = (row: BackupRow): Backup => ({
  id: row.id,
  instanceId: row.instance_id,
  state: row.state,
  repository: row.repository,
  keyRef: row.key_ref,
  snapshot: row.snapshot ?? undefined,
  tables: row.tables ?? undefined,
  migrationVersion: row.migration_version ?? undefined,
  bytes: row.bytes ?? undefined,
  seconds: row.seconds ?? undefined,
  failure: row.failure ?? undefined,
  proof: row.proof ?? undefined,
  startedAt: row.started_at,
  takenAt: row.taken_at ?? undefined,
  provenAt: row.proven_at ?? undefined,
})

export async function findBackup(db: Db, id: string): Promise<Backup> {
  const row = await db.row<BackupRow>('select * from backup where id = $1', [id])
  if (!row) throw backupNotFound(id)
  return toBackup(row)
}

export async function lockBackup(tx: Tx, id: string): Promise<Backup> {
  const row = await tx.row<BackupRow>('select * from backup where id = $1 for update', [id])
  if (!row) throw backupNotFound(id)
  return toBackup(row)
}

/** Newest first. */
export async function backupsOf(db: Db, instanceId: string, limit: number, after?: string): Promise<Backup[]> {
  const rows = await db.rows<BackupRow>(
    'select * from backup where instance_id = $1 and ($2::text is null or id < $2) order by id desc limit $3',
    [instanceId, after ?? null, limit],
  )
  return rows.map(toBackup)
}

/** What a crash left open was not taken; the next one says so. */
export async function failUnfinished(tx: Tx, instanceId: string): Promise<void> {
  await tx.rows(
    `update backup set state = 'failed', failure = 'It was cut off.' where instance_id = $1 and state = 'taking'`,
    [instanceId],
  )
}

export async function addBackup(tx: Tx, each: Backup): Promise<void> {
  await tx.rows(
    'insert into backup (id, instance_id, state, repository, key_ref, started_at) values ($1, $2, $3, $4, $5, $6)',
    [each.id, each.instanceId, each.state, each.repository, each.keyRef, each.startedAt],
  )
}

export async function saveBackup(tx: Tx, each: Backup): Promise<void> {
  await tx.rows(
    `update backup set state = $2, snapshot = $3, tables = $4, migration_version = $5, bytes = $6, seconds = $7, failure = $8,
       proof = $9, taken_at = $10, proven_at = $11 where id = $1`,
    [
      each.id,
      each.state,
      each.snapshot ?? null,
      each.tables === undefined ? null : JSON.stringify(each.tables),
      each.migrationVersion ?? null,
      each.bytes ?? null,
      each.seconds ?? null,
      each.failure ?? null,
      each.proof === undefined ? null : JSON.stringify(each.proof),
      each.takenAt ?? null,
      each.provenAt ?? null,
    ],
  )
}
