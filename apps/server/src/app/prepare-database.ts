import { join } from 'node:path'
import { databaseRoles } from '../platform/database-roles.ts'
import { migrate, migrationsIn, openDatabase } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'

const migrations = join(import.meta.dirname, '../../migrations')
const roleOf = (url: string): string => decodeURIComponent(new URL(url).username)

/**
 * Migrates with the owner's connection, which is closed and forgotten before anything else starts, and grants the role
 * of `url` what running takes. Without an owner one role is all there is, and `trail verify` says so.
 */
export async function prepareDatabase(url: string, ownerUrl: string | undefined): Promise<readonly string[]> {
  const database = openDatabase(ownerUrl ?? url, 2)
  const granted = ownerUrl === undefined ? {} : { granted: { app: roleOf(url), auditor: databaseRoles.auditor } }
  try {
    return await migrate(database, migrations, granted)
  } finally {
    await database.close()
  }
}

/** Brings an empty database to the migrations that a backup names, and no further. */
export async function migrateTo(ownerUrl: string, names: readonly string[]): Promise<void> {
  const known = await migrationsIn(migrations)
  const unknown = names.find((each) => !known.includes(each))
  if (unknown) {
    throw new NexusError(
      'backup.newer',
      'conflict',
      `The backup is of a newer Nexus: it has ${unknown}, unknown here.`,
      {
        hint: 'Load it with the version of Nexus that made it, or a later one.',
      },
    )
  }
  const database = openDatabase(ownerUrl, 2)
  try {
    await migrate(database, migrations, { only: names })
  } finally {
    await database.close()
  }
}
