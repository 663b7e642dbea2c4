import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'

export type Migration = { readonly version: number; readonly name: string; readonly sql: string }
export type MigrationStatus = { readonly version: number; readonly pending: readonly string[] }

/** Any number will do as long as it stays the same: two deploys at once wait for each other on it. */
const migrationLock = 7_230_451

export function readMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 4)),
      name: file.slice(0, -'.sql'.length),
      sql: readFileSync(join(folder, file), 'utf8'),
    }))
}

export const shippedMigrations = () => readMigrations(join(import.meta.dirname, 'migrations'))

export async function migrationStatus(
  db: pg.Pool | pg.Client,
  migrations: readonly Migration[],
): Promise<MigrationStatus> {
  const known = await db.query<{ found: string | null }>(`SELECT to_regclass('schema_migration')::text AS found`)
  const rows = known.rows[0]?.found
    ? (await db.query<{ version: number }>('SELECT version FROM schema_migration ORDER BY version')).rows
    : []
  const done = new Set(rows.map((row) => row.version))
  return {
    version: Math.max(0, ...done),
    pending: migrations.filter((migration) => !done.has(migration.version)).map((migration) => migration.name),
  }
}

/** Each migration in a transaction of its own: what failed has changed nothing, what went before it stays. */
export async function migrate(db: pg.Client, migrations: readonly Migration[]): Promise<readonly string[]> {
  await db.query('SELECT pg_advisory_lock($1)', [migrationLock])
  try {
    await db.query(`CREATE TABLE IF NOT EXISTS schema_migration (
      version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
    const { pending } = await migrationStatus(db, migrations)
    for (const migration of migrations.filter(({ name }) => pending.includes(name))) await apply(db, migration)
    return pending
  } finally {
    await db.query('SELECT pg_advisory_unlock($1)', [migrationLock])
  }
}

async function apply(db: pg.Client, { version, name, sql }: Migration): Promise<void> {
  await db.query('BEGIN')
  try {
    await db.query(sql)
    await db.query('INSERT INTO schema_migration (version, name) VALUES ($1, $2)', [version, name])
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK')
    throw new Error(`Migration ${name} failed and changed nothing: ${error instanceof Error ? error.message : error}`)
  }
}
