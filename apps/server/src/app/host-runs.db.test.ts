import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../test/harness/pretend-app.ts'
import { type Caller, firstAdmin } from '../../test/harness/pretend-caller.ts'

const of = { region: 'eu-central', plan: 'lab' }

let app: PretendApp
let ask: Caller

beforeAll(async () => {
  app = await pretendApp()
  ask = await firstAdmin(app)
})
afterAll(() => app.stop())

const spares = () => app.services.hosts.spares(app.me, of)
const actions = async (subject: string) =>
  (await app.db.rows<{ action: string }>('select action from audit_entry where subject = $1', [subject])).map(
    (each) => each.action,
  )

describe('a refill that a person asks for', () => {
  test('is refused where no spares are wanted', async () => {
    const { status, body } = await ask('POST', '/pool/refill', { ...of, region: 'nowhere' })

    expect([status, body['code'], body['hint']]).toEqual([404, 'pool.no_target', 'nexusctl pool set nowhere lab N'])
  })

  test('makes the spares that are missing, and says who asked (S0-15)', async () => {
    await ask('PUT', '/pool', { ...of, target: 1 })

    const { status, body } = await ask('POST', '/pool/refill', of)

    expect(status).toBe(202)
    expect(await app.untilEnded(String(body['runId']))).toBe('done')
    expect(await spares()).toHaveLength(1)
    expect(await actions('eu-central/lab')).toContain('pool.refill_started')
  })
})

describe('the baseline of a host', () => {
  test('is a run that leaves its report and what the preflight said (S0-65..82)', async () => {
    const id = String((await spares())[0]?.id)

    const started = await ask('POST', `/hosts/${id}/baseline`)

    expect(started.status).toBe(202)
    expect(await app.untilEnded(String(started.body['runId']))).toBe('done')
    const { status, body } = await ask('GET', `/hosts/${id}/baseline/report`)
    expect([status, body['failed']]).toEqual([200, 0])
    expect(body['items']).not.toEqual([])
    expect((await app.services.checks.latest(id)).length).toBeGreaterThan(5)
    expect(await actions(id)).toContain('host.baseline_started')
  })

  test('asked twice at once is one run', async () => {
    const id = String((await spares())[0]?.id)

    const both = await Promise.all([ask('POST', `/hosts/${id}/baseline`), ask('POST', `/hosts/${id}/baseline`)])

    const runs = new Set(both.filter((each) => each.status === 202).map((each) => String(each.body['runId'])))
    expect(runs.size).toBe(1)
    expect(both.map((each) => each.status).every((status) => status === 202 || status === 409)).toBe(true)
    for (const run of runs) expect(await app.untilEnded(run)).toBe('done')
  })

  test('is refused for a host there is not, before a run is made', async () => {
    expect((await ask('POST', '/hosts/hst_none/baseline')).status).toBe(404)
    expect((await ask('GET', '/hosts/hst_none/baseline/report')).status).toBe(404)
    expect(await app.db.rows(`select 1 as ok from run where subject = 'hst_none'`)).toEqual([])
  })
})

describe('the proof of a host from outside', () => {
  const checksOf = (body: Record<string, unknown>) =>
    body['checks'] as { name: string; status: string; vantage: string }[]

  test('is unknown without a second place, refuses, and is kept with the host (S0-69)', async () => {
    const id = String((await spares())[0]?.id)

    const { status, body } = await ask('POST', `/hosts/${id}/proof`, {})

    expect([status, body['readiness'], body['exit']]).toEqual([200, 'fail', 2])
    const named = Object.fromEntries(checksOf(body).map((each) => [each.name, each]))
    expect(named['outside.ban']).toMatchObject({ status: 'unknown', vantage: 'no second place' })
    expect(named['outside.neighbour']?.status).toBe('unknown')
    expect((await app.services.checks.latest(id)).map((each) => each.name)).toContain('outside.ban')
    expect(await actions(id)).toContain('checks.recorded')
  })

  test('takes what was seen from elsewhere, and names the place', async () => {
    const id = String((await spares())[0]?.id)
    const asked = await ask('GET', `/hosts/${id}/probe`)
    const ports = asked.body['ports'] as number[]
    const seen = (open: readonly number[]) => ({
      vantage: 'office',
      ports: [
        {
          address: '192.0.2.9',
          answers: ports.map((port) => ({ port, said: open.includes(port) ? 'open' : 'silent' })),
        },
      ],
      logins: [{ address: '192.0.2.9', user: 'root', methods: ['publickey'] }],
    })

    const good = await ask('POST', `/hosts/${id}/probe`, seen([22, 443]))
    const bad = await ask('POST', `/hosts/${id}/probe`, seen([22, 443, 5432]))

    expect([asked.status, good.status, good.body['readiness'], bad.body['readiness']]).toEqual([
      200,
      200,
      'pass',
      'fail',
    ])
    expect(checksOf(good.body)[0]).toMatchObject({ name: 'outside.second.ports.ipv4', vantage: 'probe office' })
  })

  test('is refused from a host that is no second place', async () => {
    const id = String((await spares())[0]?.id)

    expect((await ask('POST', `/hosts/${id}/proof`, { from: id })).body['code']).toBe('host.no_vantage')
  })
})
