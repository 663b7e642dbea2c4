import type { Db, Tx } from './db.ts'
import { NexusError } from './errors.ts'

/**
 * Which life of Nexus this is. A restore from a backup begins another one: held until a person resumes it, and with a
 * higher number, which every program for a host carries.
 */
export type Epoch = {
  readonly number: number
  readonly backupPoint?: Date
  readonly restoredAt?: Date
  readonly heldSince?: Date
  readonly resumedAt?: Date
  readonly resumedBy?: string
}

type Row = {
  number: number
  backup_point: Date | null
  restored_at: Date | null
  held_since: Date | null
  resumed_at: Date | null
  resumed_by: string | null
}

const toEpoch = (row: Row): Epoch => ({
  number: row.number,
  ...(row.backup_point ? { backupPoint: row.backup_point } : {}),
  ...(row.restored_at ? { restoredAt: row.restored_at } : {}),
  ...(row.held_since ? { heldSince: row.held_since } : {}),
  ...(row.resumed_at ? { resumedAt: row.resumed_at } : {}),
  ...(row.resumed_by ? { resumedBy: row.resumed_by } : {}),
})

const columns = 'number, backup_point, restored_at, held_since, resumed_at, resumed_by'

export async function readEpoch(db: Db): Promise<Epoch> {
  const row = await db.row<Row>(`select ${columns} from nexus.epoch`)
  return row ? toEpoch(row) : { number: 0 }
}

/**
 * Begins another life. Its number is the time as well as one more than before, so that of two restores from one backup
 * the later one wins on every host.
 */
export async function beginEpoch(tx: Tx, backupPoint: Date, at: Date): Promise<Epoch> {
  const row = await tx.row<Row>(
    `update nexus.epoch set number = greatest(number + 1, $1), backup_point = $2, restored_at = $3, held_since = $3,
       resumed_at = null, resumed_by = null returning ${columns}`,
    [Math.floor(at.getTime() / 1000), backupPoint, at],
  )
  if (!row) throw new NexusError('epoch.missing', 'bug', 'The database does not say which life of Nexus it is.')
  return toEpoch(row)
}

export async function liftHold(tx: Tx, by: string, at: Date): Promise<Epoch> {
  const row = await tx.row<Row>(
    `update nexus.epoch set held_since = null, resumed_at = $1, resumed_by = $2 where held_since is not null
     returning ${columns}`,
    [at, by],
  )
  if (row) return toEpoch(row)
  throw new NexusError('epoch.not_held', 'conflict', 'This Nexus is not held.', { hint: 'nexusctl admin held' })
}
