import type { CheckResult } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'

export const backupStates = ['taking', 'taken', 'proven', 'failed'] as const
export type BackupState = (typeof backupStates)[number]

/** How many rows each table had, by its name with schema. */
export type TableCounts = Readonly<Record<string, number>>

export type BackupProof = {
  readonly at: string
  readonly tables: TableCounts
  readonly migrationVersion: string
  readonly agrees: boolean
  readonly differences: readonly string[]
}

export type Backup = {
  readonly id: string
  readonly instanceId: string
  readonly state: BackupState
  /** A folder on the host. */
  readonly repository: string
  /** Where the repository's key is kept. */
  readonly keyRef: string
  readonly snapshot: string | undefined
  readonly tables: TableCounts | undefined
  readonly migrationVersion: string | undefined
  readonly bytes: number | undefined
  readonly seconds: number | undefined
  readonly failure: string | undefined
  readonly proof: BackupProof | undefined
  readonly startedAt: Date
  readonly takenAt: Date | undefined
  readonly provenAt: Date | undefined
}

/** What the restored copy has otherwise than the original had at the moment of the backup; empty means they agree. */
export function differencesOf(
  saved: { readonly tables: TableCounts; readonly migrationVersion: string },
  restored: { readonly tables: TableCounts; readonly migrationVersion: string },
): string[] {
  const names = [...new Set([...Object.keys(saved.tables), ...Object.keys(restored.tables)])].sort()
  const rows = names
    .filter((name) => saved.tables[name] !== restored.tables[name])
    .map(
      (name) =>
        `${name}: ${saved.tables[name] ?? 'no table'} rows saved, ${restored.tables[name] ?? 'no table'} restored`,
    )
  if (saved.migrationVersion === restored.migrationVersion) return rows
  return [...rows, `migration version: ${saved.migrationVersion} saved, ${restored.migrationVersion} restored`]
}

/** S0-143: only a backup that was restored and agreed is a pass. */
export function backupCheck(backup: Backup | undefined, at: Date): CheckResult {
  const common = {
    name: 'backup.proven',
    title: 'The backup was taken and restored',
    vantage: 'the host itself',
    at: at.toISOString(),
  }
  const asked = backup ? `${backup.id} in ${backup.repository}` : 'the backups of this instance'
  if (!backup) return { ...common, asked, status: 'unknown', summary: 'there is no backup yet' }
  const rows = Object.values(backup.tables ?? {}).reduce((sum, each) => sum + each, 0)
  const what = `${Object.keys(backup.tables ?? {}).length} tables, ${rows} rows, migration version ${backup.migrationVersion ?? 'unknown'}`
  if (backup.state === 'proven') return { ...common, asked, status: 'pass', summary: `restored and equal: ${what}` }
  if (backup.state === 'failed') return { ...common, asked, status: 'fail', summary: backup.failure ?? 'it failed' }
  return {
    ...common,
    asked,
    status: 'unknown',
    summary: backup.state === 'taken' ? 'taken, but not restored yet' : 'not finished',
  }
}

export const backupNotFound = (id: string) =>
  new NexusError('backup.not_found', 'missing', `There is no backup ${id}.`, { hint: 'nexusctl instance backups' })
