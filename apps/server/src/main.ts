import { carryOver } from './app/carry-over.ts'
import { environment, programPath, readOwnerUrl, readSettings } from './app/config.ts'
import { createApp } from './app/create-app.ts'
import { readMasterKey } from './app/master-key.ts'
import { refuseHalfLoaded } from './app/own-database.ts'
import { prepareDatabase } from './app/prepare-database.ts'
import { rescue } from './app/rescue.ts'
import { openDatabase } from './platform/db.ts'
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts'
import { toFailure } from './platform/errors.ts'
import { createLog } from './platform/log.ts'

/** Starts one node: database, engine, doors; answers SIGTERM and SIGINT by draining and stopping clean. */
async function main(): Promise<void> {
  const settings = readSettings(environment())
  const log = createLog(settings.logLevel)
  const masterKey = readMasterKey(settings, programPath())
  const postgres = settings.databaseUrl ? undefined : await startEmbeddedPostgres(settings.home, { carry: carryOver })
  const url = settings.databaseUrl || (postgres?.url ?? '')
  await refuseHalfLoaded(url)
  const applied = await prepareDatabase(url, postgres?.ownerUrl ?? readOwnerUrl(settings))
  if (applied.length > 0) log.info({ files: applied }, 'the database was migrated')
  const db = openDatabase(url, settings.databasePool)
  if (postgres?.adopted) log.info('the Postgres of a killed nexusd was adopted')
  if (postgres?.upgradedFrom)
    log.info({ from: postgres.upgradedFrom }, 'the data were carried over from an earlier Postgres')
  postgres?.supervise(log)

  let stopping = false
  const stop = async (code: number) => {
    if (stopping) return
    stopping = true
    // Whatever does not let go by then would not let go at all; the next start takes over from there.
    setTimeout(() => process.exit(code || 70), (settings.drainSeconds + 20) * 1000).unref()
    log.info({ seconds: settings.drainSeconds }, 'stopping: running steps are waited for')
    await app.stop().catch((thrown) => log.error({ failure: toFailure(thrown) }, 'could not stop clean'))
    await db.close().catch(() => {})
    await postgres?.stop()
    process.exit(code)
  }
  const app = await createApp({ settings, log, db, url, masterKey, onLost: () => process.exit(70) })
  process.on('SIGTERM', () => void stop(0))
  process.on('SIGINT', () => void stop(0))
  const address = await app.start()
  log.info({ address }, 'nexusd is up')
}

/** Beside a nexusd that runs, or without one: a Postgres that was started for this is stopped after it. */
async function wayBackIn(): Promise<void> {
  const { home, databaseUrl } = readSettings(environment())
  const postgres = databaseUrl ? undefined : await startEmbeddedPostgres(home)
  try {
    const file = await rescue({ home, url: databaseUrl || (postgres?.url ?? ''), uid: process.getuid?.() })
    process.stdout.write(`A token that makes one person admin, for an hour, is in ${file}\n`)
    process.stdout.write(`nexusctl access first-admin you@example.com --name 'Your Name' --token-file ${file}\n`)
  } finally {
    if (postgres && !postgres.adopted) await postgres.stop()
  }
}

const wanted = process.argv[2] === 'rescue' ? wayBackIn : main
wanted().catch((thrown) => {
  const failure = toFailure(thrown)
  process.stderr.write(`${wanted === main ? 'nexusd cannot start' : 'refused'}: ${failure.message} (${failure.code})\n`)
  for (const problem of failure.problems ?? []) process.stderr.write(`  ${problem.path}: ${problem.message}\n`)
  if (failure.hint) process.stderr.write(`hint: ${failure.hint}\n`)
  if (failure.kind === 'bug' && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`)
  process.exit(failure.kind === 'invalid' ? 65 : 70)
})
