import { join } from 'node:path'
import { databaseRoles } from '../platform/database-roles.ts'
import { migrate, openDatabase } from '../platform/db.ts'

const migrations = join(import.meta.dirname, '../../migrations')
const roleOf = (url: string): string => decodeURIComponent(new URL(url).username)

/**
 * Migrates with the owner's connection, which is closed and forgotten before anything else starts, and grants the role
 * of `url` what running takes. Without an owner one role is all there is, and `trail verify` says so.
 */
export async function prepareDatabase(url: string, ownerUrl: string | undefined): Promise<readonly string[]> {
  const database = openDatabase(ownerUrl ?? url, 2)
  const granted = ownerUrl === undefined ? undefined : { app: roleOf(url), auditor: databaseRoles.auditor }
  try {
    return await migrate(database, migrations, granted)
  } finally {
    await database.close()
  }
}
