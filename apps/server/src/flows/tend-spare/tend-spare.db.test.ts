import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../../test/harness/pretend-caller.ts'

const of = { region: 'lab-1', plan: 'lab' }
let app: PretendApp
let ask: Caller
let id: string

beforeAll(async () => {
  app = await pretendApp()
  ask = await firstAdmin(app)
  await app.services.hosts.setPoolTarget(app.me, { ...of, target: 1 })
  const { body } = await ask('POST', '/pool/refill', of)
  expect(await app.untilEnded(String(body['runId']))).toBe('done')
  id = String((await app.services.hosts.spares(app.me, of))[0]?.id)
})
afterAll(() => app?.stop())

const older = (days: number) =>
  app.db.rows(
    `update host set created_at = created_at - make_interval(days => $2), baseline_at = baseline_at - make_interval(days => $2) where id = $1`,
    [id, days],
  )
const tend = async () => {
  const run = await app.runs.startTending(app.me, id)
  return { run, outcome: await app.untilEnded(run) }
}
const stepsOf = async (run: string) =>
  (await app.db.rows<{ name: string }>('select name from run_step where run_id = $1 order by position', [run])).map(
    (each) => each.name,
  )

describe('a spare in the pool', () => {
  test('that was seen today is left alone; after a day it is brought up to date and preflighted (S0-15)', async () => {
    expect(await app.services.hosts.sparesToTend(app.me)).toEqual([])
    await older(2)
    expect(await app.services.hosts.sparesToTend(app.me)).toEqual([id])

    const { run, outcome } = await tend()

    expect(outcome).toBe('done')
    expect(await stepsOf(run)).toEqual([
      'hold the spare',
      'reach the spare',
      'bring the spare up to date',
      'preflight the spare',
    ])
    expect((await app.services.hosts.find(app.me, id)).state).toBe('ready')
    expect(await app.services.hosts.sparesToTend(app.me)).toEqual([])
    expect((await app.services.checks.latest(id)).map((each) => each.name)).toContain('baseline.holds')
  })

  test('that is too old is rebuilt once, and the pool shows age and last check', async () => {
    await older(40)
    const before = app.world().effects.rebuilt

    const { outcome } = await tend()

    expect(outcome).toBe('done')
    expect(app.world().effects.rebuilt).toBe(before + 1)
    const { body } = await ask('GET', '/pool')
    const [pool] = body['items'] as { oldestSince: string; checkedAt: string; priceUnknown: number }[]
    expect(Date.now() - new Date(pool?.oldestSince ?? 0).getTime()).toBeLessThan(600_000)
    expect(Date.now() - new Date(pool?.checkedAt ?? 0).getTime()).toBeLessThan(600_000)
    expect(pool?.priceUnknown).toBe(1)
  })

  test('whose baseline fails is rebuilt and becomes a spare again', async () => {
    app.faults.add({ program: 'apply the baseline', times: 1, how: 'fail' })
    const before = app.world().effects.rebuilt

    expect((await tend()).outcome).toBe('done')

    expect(app.world().effects.rebuilt).toBe(before + 1)
    expect((await app.services.hosts.find(app.me, id)).state).toBe('ready')
  })

  test('that an order took is left alone', async () => {
    const wish = { ...of, orderId: 'ord_tended', dueAt: new Date() }
    expect((await app.services.hosts.reserve(app.me, wish))?.id).toBe(id)

    const { run, outcome } = await tend()

    expect(outcome).toBe('done')
    expect(await stepsOf(run)).toEqual(['hold the spare'])
    expect((await app.services.hosts.find(app.me, id)).state).toBe('reserved')
  })
})
