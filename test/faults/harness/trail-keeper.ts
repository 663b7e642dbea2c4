import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { trailService } from '../../../apps/server/src/modules/trail/index.ts'
import { fileCheckpoints } from '../../../apps/server/src/platform/adapters/file-checkpoints.ts'
import { type Database, openDatabase, type Tx } from '../../../apps/server/src/platform/db.ts'

/**
 * A process that keeps the trail as nexusd does, and nothing else: `trail-keeper.ts URL FOLDER MOMENT`. At the moment with that
 * number (before each statement of a transaction, before its commit, after it) it says so and stays there, its locks held.
 */
const [url = '', folder = '', moment = 'none'] = process.argv.slice(2)

let passed = 0
async function pass(what: string): Promise<void> {
  passed += 1
  if (String(passed) !== moment) return
  process.send?.({ at: what })
  await new Promise(() => {})
}

const watched = (db: Database): Database => ({
  ...db,
  inTransaction: async (work) => {
    const done = await db.inTransaction(async (tx) => {
      const asked: Pick<Tx, 'rows' | 'row'> = {
        rows: async (sql, values) => {
          await pass(sql)
          return tx.rows(sql, values)
        },
        row: async (sql, values) => {
          await pass(sql)
          return tx.row(sql, values)
        },
      }
      const answer = await work({ ...tx, ...asked })
      await pass('before the commit')
      return answer
    })
    await pass('after the commit')
    return done
  },
})

/** Signing keys in files that every keeper of the test reads. */
const secrets = {
  put: async (_actor: unknown, { value }: { value: string }) => {
    const ref = join(folder, `key-${process.pid}-${Date.now()}`)
    writeFileSync(ref, value)
    return ref
  },
  reveal: async (ref: string) => readFileSync(ref, 'utf8'),
}

const trail = trailService({
  db: watched(openDatabase(url, 4)),
  now: () => new Date(),
  secrets,
  sinks: [fileCheckpoints(join(folder, 'outside'))],
  origin: 'keeper.test/trail',
  onSinkFailed: (_, thrown) => {
    throw thrown
  },
})

process.send?.({ at: 'work' })
for (;;) {
  await trail.keep()
  await new Promise((resolve) => setTimeout(resolve, 2))
}
