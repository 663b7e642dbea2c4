import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const report = {
  host: { id: 'hst_1', name: 'metal-1' },
  version: 'b1',
  ok: 30,
  changed: 0,
  failed: 0,
  skipped: 0,
  differs: 0,
  rebootRequired: false,
  seconds: 12,
  items: [],
}
const failure = {
  code: 'host.baseline_failed',
  message: 'On metal-1 "Time is right" could not be made so.',
  hint: 'Look at chrony.',
  problems: [{ path: 'time', message: 'no server answers' }],
}

async function baseline(state: 'done' | 'failed', ...words: string[]) {
  const run = {
    id: 'prepare-host:hst_1:1',
    state,
    startedAt: '2026-01-01T00:00:00Z',
    takeovers: 0,
    steps: [],
    ...(state === 'failed' ? { failure } : {}),
  }
  server = await pretendServer({
    'GET /api/v1/hosts': () => ({ body: { items: [{ id: 'hst_1', name: 'metal-1', state: 'ready' }] } }),
    'POST /api/v1/hosts/hst_1/baseline': () => ({ status: 202, body: { runId: run.id } }),
    'GET /api/v1/runs/prepare-host:hst_1:1': () => ({ body: run }),
    'GET /api/v1/hosts/hst_1/baseline/report': () => ({ body: report }),
  })
  return call(['host', 'baseline', 'metal-1', ...words], { server: server.url })
}

/** S0-65..80: minutes of work are a run, and the answer stays the report. */
describe('host baseline', () => {
  test('watches its run and prints the report as one object', async () => {
    const { exit, out } = await baseline('done', '-o', 'json')

    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ changed: 0, failed: 0 })
  })

  test('says in words that nothing had to be changed', async () => {
    const { out } = await baseline('done')

    expect(out).toContain('Baseline b1 of metal-1: ok=30 changed=0')
    expect(out).toContain('Nothing had to be changed.')
  })

  test('fails with what the run failed with, its problems and the next step', async () => {
    const { exit, err, out } = await baseline('failed')

    expect([exit, out]).toEqual([73, ''])
    expect(err).toContain('time: no server answers')
    expect(err).toContain('hint: Look at chrony.')
  })
})
