import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../apps/server/src/platform/actor.ts'
import { fileCheckpoints } from '../../apps/server/src/platform/adapters/file-checkpoints.ts'
import { recordAudit } from '../../apps/server/src/platform/audit.ts'
import { type Database, migrate, openDatabase } from '../../apps/server/src/platform/db.ts'
import { emptyDatabaseUrl, migrations } from '../../apps/server/test/harness/database.ts'
import { trailOn } from '../../apps/server/test/harness/trail-bench.ts'
import { chance, seedOf } from './harness/chance.ts'
import { until } from './harness/child.ts'
import { startKeeper } from './harness/trail-keepers.ts'

const whole = 200
const kills = process.env['NEXUS_TEST_ALL'] === '1' ? whole : 8
const seed = seedOf(process.env['NEXUS_TEST_SEED'])
const dice = chance(seed)
const me = systemActor('test')

/** Moments of one round of keeping: statements, commits, and what comes after them. */
const moments = 40

let url: string
let db: Database
let folder: string
beforeAll(async () => {
  url = await emptyDatabaseUrl()
  db = openDatabase(url, 10)
  await migrate(db, migrations)
  folder = mkdtempSync(join(tmpdir(), 'nexus-keepers-'))
})
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes on and on: many entries at once, transactions that take their time, and some that are taken back. */
function writers() {
  const [committed, undone]: [string[], string[]] = [[], []]
  let over = false
  const one = async (own: ReturnType<typeof chance>) => {
    while (!over) {
      const entries = Array.from({ length: 1 + own.below(40) }, (_, n) => ({
        action: 'test.done',
        subject: 'tst_1',
        at: new Date(),
        after: { n },
      }))
      const fails = own.below(5) === 0
      const ids: string[] = []
      await db
        .inTransaction(async (tx) => {
          ids.push(...(await recordAudit(tx, me, ...entries)))
          await pause(own.below(60))
          if (fails) throw new Error('taken back')
        })
        .then(
          () => committed.push(...ids),
          () => undone.push(...ids),
        )
      await pause(own.below(20))
    }
  }
  const all = Promise.all([1, 2, 3].map((each) => one(chance(seed + each))))
  return {
    stop: async () => {
      over = true
      await all
      return { committed, undone }
    },
  }
}

test(`a keeper of the trail that is killed in the middle, ${kills} of ${whole} times (seed ${seed}), leaves no gap and no fork, and loses nothing`, async () => {
  const writing = writers()
  const other = () => startKeeper(url, folder)
  let second = other()
  const where = new Map<string, number>()
  for (let round = 0; round < kills; round += 1) {
    const moment = dice.below(2) === 0 ? undefined : 1 + dice.below(moments)
    const keeper = startKeeper(url, folder, moment)
    const at = await keeper.reached(moment === undefined ? 'work' : 'moment')
    if (moment === undefined) await pause(dice.below(120))
    keeper.kill()
    where.set(at, (where.get(at) ?? 0) + 1)
    if (dice.below(6) === 0) {
      second.kill()
      await second.ended
      second = other()
    }
    await keeper.ended
  }
  const { committed, undone } = await writing.stop()
  await until('everything that was committed has its place', 60, async () => {
    const row = await db.row<{ n: number }>(
      'select count(*)::int as n from audit_entry e where not exists (select 1 from trail_leaf l where l.entry_id = e.id)',
    )
    return row?.n === 0
  })
  second.kill()
  await second.ended

  const places = await db.rows<{ index: number; entry_id: string }>(
    'select index, entry_id from trail_leaf order by index',
  )
  const placed = new Set(places.map((each) => each.entry_id))
  const found = await trailOn(db, [fileCheckpoints(join(folder, 'outside'))]).verify(me)
  process.stdout.write(
    `  ${kills} of ${whole} kills, seed ${seed}: ${places.length} entries, ${found.holds.map((each) => `${each.source} holds to ${each.size}`).join(', ')}; stopped at ${where.size} different moments\n`,
  )

  expect(places.map((each) => each.index)).toEqual(places.map((_, index) => index))
  expect(placed.size).toBe(places.length)
  expect(committed.filter((each) => !placed.has(each))).toEqual([])
  expect(undone.filter((each) => placed.has(each))).toEqual([])
  expect(committed.length).toBeGreaterThan(kills)
  expect(found.findings).toEqual([])
  expect(found.holds.map((each) => each.source)).toHaveLength(2)
  expect(await forks()).toEqual([])
}, 900_000)

/** Checkpoints outside that say two things of one size. */
async function forks(): Promise<number[]> {
  const all = (await fileCheckpoints(join(folder, 'outside')).list?.()) ?? []
  const roots = Map.groupBy(all, (each) => each.size)
  expect(roots.size).toBeGreaterThan(1)
  return [...roots].flatMap(([size, said]) =>
    new Set(said.map((each) => each.note.split('\n')[2])).size > 1 ? [size] : [],
  )
}
