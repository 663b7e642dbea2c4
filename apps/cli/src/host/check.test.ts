import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const checked = (hostId: string, verdict: string, items: readonly object[] = []) => ({
  hostId,
  hostName: `name-${hostId}`,
  verdict,
  summary: `it is ${verdict}`,
  items,
})
const drifted = [{ id: 'ssh.settings', title: 'SSH', found: 'port forwarding', firstSeen: '2026-01-01T00:00:00Z' }]

async function checkAll(verdicts: Readonly<Record<string, string>>, ...words: string[]) {
  const hosts = Object.keys(verdicts).map((id) => ({ id, name: `name-${id}`, state: 'ready' }))
  const doors = Object.entries(verdicts).flatMap(([id, verdict]) => [
    [`POST /api/v1/hosts/${id}/check`, () => ({ body: checked(id, verdict, verdict === 'fail' ? drifted : []) })],
    [`GET /api/v1/hosts/${id}/check`, () => ({ body: checked(id, 'pass') })],
    [`POST /api/v1/hosts/${id}/mend`, () => ({ status: 202, body: { runId: `mend-host:${id}:1` } })],
    [`GET /api/v1/runs/mend-host:${id}:1`, () => ({ body: ended(id) })],
  ])
  const retired = { id: 'hst_old', name: 'old', state: 'retired' }
  server = await pretendServer({
    'GET /api/v1/hosts': () => ({ body: { items: [...hosts, retired] } }),
    ...Object.fromEntries(doors),
  })
  return call(['host', 'check', '--all', ...words], { server: server.url })
}

const ended = (id: string) => ({
  id: `mend-host:${id}:1`,
  flow: 'mend-host',
  subject: id,
  startedBy: 'per_1',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: '2026-01-01T00:00:09Z',
  state: 'done',
  takeovers: 0,
  cancelWanted: false,
  steps: [],
})

describe('host check', () => {
  test.each([
    [{ hst_1: 'pass', hst_2: 'pass' }, 0],
    [{ hst_1: 'pass', hst_2: 'fail' }, 1],
    [{ hst_1: 'fail', hst_2: 'unknown' }, 2],
  ])('of %o ends with %i', async (verdicts, exit) => {
    expect((await checkAll(verdicts)).exit).toBe(exit)
  })

  test('says what differs and since when, host by host in their order', async () => {
    const { out, exit } = await checkAll({ hst_1: 'fail', hst_2: 'pass' })

    expect(exit).toBe(1)
    expect(out).toMatch(/^FAIL {4}name-hst_1: it is fail\n {2}ssh.settings for .*: port forwarding\nPASS {4}name-hst_2/)
  })

  test('--fix mends what differs and tells what is known afterwards', async () => {
    expect((await checkAll({ hst_1: 'fail' }, '--fix')).exit).toBe(0)
  })

  test('takes hosts or --all, and --item only with --fix', async () => {
    expect((await call(['host', 'check'], {})).exit).not.toBe(0)
    expect((await call(['host', 'check', 'x', '--item', 'y'], {})).exit).not.toBe(0)
  })
})
