import pg from 'pg'
import { environmentOrExit } from '../common/service-start.ts'
import { migrationRules } from './backend-env.ts'
import { migrate, migrationStatus, shippedMigrations } from './migration-run.ts'

const env = environmentOrExit(migrationRules)
const db = new pg.Client({ connectionString: env.DATABASE_URL, connectionTimeoutMillis: 10_000 })

try {
  await db.connect()
  if (!process.argv.includes('--status')) {
    const done = await migrate(db, shippedMigrations())
    process.stderr.write(done.length === 0 ? 'No migration was pending.\n' : `Migrated: ${done.join(', ')}\n`)
  }
  process.stdout.write(`${JSON.stringify(await migrationStatus(db, shippedMigrations()))}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message || error.name : error}\n`)
  process.exitCode = 1
} finally {
  await db.end().catch(() => undefined)
}
