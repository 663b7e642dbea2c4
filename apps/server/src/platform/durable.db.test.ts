import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { emptyDatabaseUrl, migrations } from '../../test/harness/database.ts'
import { systemActor } from './actor.ts'
import { migrate, openDatabase } from './db.ts'
import { change, defineFlow, progress, runUndos, step, withUndo } from './durable.ts'
import { NexusError } from './errors.ts'
import { openEventHub } from './event-hub.ts'
import { type Executor, joinExecutors } from './executor.ts'
import type { Happening } from './happening.ts'
import { createLog } from './log.ts'

const url = await emptyDatabaseUrl()
const db = openDatabase(url, 10)
const as = systemActor('test')
const did: string[] = []
let tries = 0
let release: () => void = () => {}

const plain = defineFlow<{ who: string }>('plain', async ({ who }) => {
  const name = await step('look', async () => `${who}!`)
  await change('keep', () =>
    db.inTransaction((tx) => tx.rows(`insert into promise values ('prm_1', 'k', $1, now())`, [name])),
  )
  return 'done'
})

const still = defineFlow('still', async () => {
  await step('do nothing', async () => {})
  return 'done'
})

const hasty = defineFlow('hasty', async () => {
  for (let at = 0; at < 100; at += 1) await step(`do ${at}`, async () => {})
  return 'done'
})

const stubborn = defineFlow('stubborn', async () => {
  await step(
    'knock',
    async () => {
      tries += 1
      throw new NexusError('door.closed', 'unavailable', 'Nobody opens.', { hint: 'Ring.' })
    },
    'brief',
  )
  return 'done'
})

const cancelled = defineFlow('cancelled', () =>
  withUndo(async (undo): Promise<'done'> => {
    undo({ name: 'take the first back', work: async () => did.push('first back') })
    await step('first', async () => did.push('first'))
    undo({ name: 'take the second back', work: async () => did.push('second back') })
    await step('second', () => new Promise<void>((resolve) => (release = resolve)))
    await step('third', async () => did.push('third'))
    return 'done'
  }),
)

const tidy = defineFlow('tidy', async () => {
  const failed = await runUndos([
    { name: 'a', work: async () => did.push('a') },
    {
      name: 'b',
      work: async () => {
        throw new NexusError('b.stuck', 'conflict', 'stuck')
      },
    },
  ])
  await step('tell', async () => progress(failed.join()))
  return 'done'
})

const handed = defineFlow('handed', async () => {
  await step('slow', async () => {
    did.push('slow')
    await new Promise<void>((resolve) => (release = resolve))
  })
  await change('mark', async () => did.push('mark'))
  await step('quick', async () => did.push('quick'))
  return 'done'
})

let executor: Executor
const join = async () => {
  executor = await joinExecutors({ db, url, log: createLog('silent'), workers: 5, onLost: () => {} })
}
beforeAll(async () => {
  await migrate(db, migrations)
  await join()
})
afterAll(async () => {
  await executor.stop(1)
  await db.close()
})

const start = async (flow: { name: string }, id: string, input: object = {}) =>
  db.inTransaction((tx) => executor.engine.start(tx, flow, input, { id, subject: id, actor: as }))
const outcome = (id: string) =>
  vi.waitFor(
    async () => {
      const row = await db.row<{ outcome: string; failure: { code: string; hint: string } | null }>(
        'select outcome, failure from run where id = $1 and ended_at is not null',
        [id],
      )
      if (!row) throw new Error('still running')
      return row
    },
    { timeout: 20_000, interval: 50 },
  )
const steps = (id: string) =>
  db.rows('select name, state, attempts from run_step where run_id = $1 order by position', [id])

describe('a flow', () => {
  test('does its steps in order and shows them', async () => {
    await start(plain, 'plain:1', { who: 'ada' })

    expect(await outcome('plain:1')).toMatchObject({ outcome: 'done', failure: null })
    expect(await steps('plain:1')).toEqual([
      { name: 'look', state: 'done', attempts: 1 },
      { name: 'keep', state: 'done', attempts: 1 },
    ])
    expect(await db.rows('select subject from promise')).toEqual([{ subject: 'ada!' }])
  })

  test('has each question of the engine about a step planned once for a connection', async () => {
    await start(still, 'still:1')
    await outcome('still:1')
    const pool = DBOSExecutor.globalInstance?.systemDatabase.pool
    if (!pool) throw new Error('The engine is not up.')
    const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()))
    const planned = await Promise.all(
      clients.map((client) => client.query('select statement from pg_prepared_statements')),
    )
    for (const client of clients) client.release()

    const asked = planned.flatMap(({ rows }) =>
      rows.map((row: { statement: string }) => row.statement.replace(/\s+/g, ' ')),
    )
    for (const question of [
      /^SELECT status FROM \S+workflow_status WHERE workflow_uuid=\$1$/,
      /^SELECT output, .* FROM \S+operation_outputs WHERE workflow_uuid=\$1 AND function_id=\$2$/,
      /^SELECT owner_xid FROM \S+workflow_status WHERE workflow_uuid = \$1 FOR NO KEY UPDATE$/,
      /^ ?INSERT INTO \S+operation_outputs /,
    ])
      expect(asked).toContainEqual(expect.stringMatching(question))
  })

  test('is heard of by whoever watches, in few notices where its steps come in haste', async () => {
    const heard: Happening[] = []
    const hub = await openEventHub(url, createLog('silent'))
    hub.subscribe((happening) => heard.push(happening))
    await start(hasty, 'hasty:1')
    await outcome('hasty:1')
    const of = (action: string) => heard.filter((each) => each.run === 'hasty:1' && each.action === action)

    await expect.poll(() => of('run.done'), { timeout: 10_000 }).toHaveLength(1)
    await expect.poll(() => of('step.started').length, { timeout: 10_000 }).toBeGreaterThan(0)
    await expect.poll(() => of('step.ended').length, { timeout: 10_000 }).toBeGreaterThan(0)
    await hub.close()
    const took = await db.row<{ ms: number }>(
      `select (extract(epoch from ended_at - started_at) * 1000)::float as ms from run where id = 'hasty:1'`,
    )
    expect(of('step.started')[0]).toEqual({ subject: 'hasty:1', run: 'hasty:1', action: 'step.started' })
    expect(of('step.started').length).toBeLessThan((took?.ms ?? 0) / 45 + 2)
    expect(await steps('hasty:1')).toHaveLength(100)
  })

  test('started twice under one id runs once', async () => {
    await start(plain, 'plain:1', { who: 'bob' })

    expect(await db.rows('select subject from promise')).toEqual([{ subject: 'ada!' }])
  })

  test('is not started when the transaction of its ticket is rolled back', async () => {
    await expect(
      db.inTransaction(async (tx) => {
        await executor.engine.start(tx, plain, { who: 'x' }, { id: 'plain:2', subject: 'plain:2', actor: as })
        throw new Error('cut')
      }),
    ).rejects.toThrow('cut')

    expect(await db.rows(`select 1 from dbos.workflow_status where workflow_uuid = 'plain:2'`)).toEqual([])
  })

  test('tries again only what is unavailable, and fails with the real error', async () => {
    await start(stubborn, 'stubborn:1')

    expect(await outcome('stubborn:1')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'door.closed', hint: 'Ring.' },
    })
    expect(tries).toBe(4)
  })

  test('that is cancelled stops at the next step and takes back what it announced, backwards', async () => {
    await start(cancelled, 'cancelled:1')
    await vi.waitFor(async () => expect(await steps('cancelled:1')).toHaveLength(2), { timeout: 10_000 })
    await db.rows(`update run set cancel_wanted_at = now() where id = 'cancelled:1'`)
    release()

    expect(await outcome('cancelled:1')).toMatchObject({ outcome: 'cancelled' })
    expect(did).toEqual(['first', 'second back', 'first back'])
  })

  test('whose step lost its ending, as a crash of Postgres takes it, has told it when it ends', async () => {
    await start(cancelled, 'cancelled:2')
    await vi.waitFor(async () => expect(await steps('cancelled:2')).toHaveLength(2), { timeout: 10_000 })
    await db.rows(
      `update run_step set state = 'running', ended_at = null where run_id = 'cancelled:2' and name = 'first'`,
    )
    release()

    expect(await outcome('cancelled:2')).toMatchObject({ outcome: 'done' })
    expect(await steps('cancelled:2')).toEqual(
      ['first', 'second', 'third'].map((name) => ({ name, state: 'done', attempts: 1 })),
    )
  })

  test('runs every undo even where one fails', async () => {
    did.length = 0
    await start(tidy, 'tidy:1')

    expect(await outcome('tidy:1')).toMatchObject({ outcome: 'done' })
    expect(did).toEqual(['a'])
  })
})

describe('a node that drains', () => {
  test('lets the running step end, begins no other, and whoever comes next carries on without doing it again', async () => {
    did.length = 0
    await start(handed, 'handed:1')
    await vi.waitFor(() => expect(did).toEqual(['slow']), { timeout: 10_000 })

    const stopped = executor.stop(30)
    setTimeout(() => release(), 300)
    await stopped

    expect(did).toEqual(['slow'])
    expect(await steps('handed:1')).toEqual([{ name: 'slow', state: 'done', attempts: 1 }])
    await join()
    expect(await outcome('handed:1')).toMatchObject({ outcome: 'done' })
    expect(did).toEqual(['slow', 'mark', 'quick'])
  })

  test('killed before it told of the end of a step: whoever comes next tells it', async () => {
    did.length = 0
    await start(handed, 'handed:3')
    await vi.waitFor(() => expect(did).toEqual(['slow']), { timeout: 10_000 })
    setTimeout(() => release(), 100)
    await executor.stop(30)
    await db.rows(`update run_step set state = 'running', ended_at = null where run_id = 'handed:3'`)

    await join()

    expect(await outcome('handed:3')).toMatchObject({ outcome: 'done' })
    expect(await steps('handed:3')).toEqual(
      ['slow', 'mark', 'quick'].map((name) => ({ name, state: 'done', attempts: 1 })),
    )
    expect(
      await db.rows(`select 1 from run_step where run_id = 'handed:3' and ended_at between started_at and now()`),
    ).toHaveLength(3)
  })

  test('goes within its bound when a step does not end, and that step runs again', async () => {
    did.length = 0
    await start(handed, 'handed:2')
    await vi.waitFor(() => expect(did).toEqual(['slow']), { timeout: 10_000 })

    const began = performance.now()
    await executor.stop(0.5)
    const seconds = (performance.now() - began) / 1000
    await join()
    await vi.waitFor(() => expect(did).toEqual(['slow', 'slow']), { timeout: 20_000 })
    release()

    expect(seconds).toBeLessThan(10)
    expect(await outcome('handed:2')).toMatchObject({ outcome: 'done' })
  })
})

describe('a run that ended long ago', () => {
  test('is forgotten by the engine, stays in the list, and is not resumed', async () => {
    expect(await executor.engine.forget(new Date(0))).toBe(0)

    expect(await executor.engine.forget(new Date(Date.now() + 60_000))).toBeGreaterThan(0)

    expect(await db.rows(`select 1 from dbos.workflow_status where workflow_uuid = 'plain:1'`)).toEqual([])
    expect(await db.rows(`select 1 from dbos.transaction_completion where workflow_id = 'plain:1'`)).toEqual([])
    expect(await db.rows(`select outcome from run where id = 'plain:1'`)).toEqual([{ outcome: 'done' }])
    await expect(executor.engine.resume('plain:1', 0)).rejects.toMatchObject({ code: 'run.history_gone' })
  })
})
