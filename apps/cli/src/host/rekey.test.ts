import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const host = (id: string, more: object = {}) => ({ id, name: `metal-${id}`, state: 'ready', user: 'nexus', ...more })
const key = (hostId: string, own: boolean) => ({
  hostId,
  name: hostId,
  own,
  line: 'ssh-ed25519 A nexus',
  underWay: false,
  from: [],
})
const run = (state: string) => ({
  id: 'r',
  state,
  startedAt: '2026-01-01T00:00:00Z',
  takeovers: 0,
  steps: [],
  ...(state === 'failed' ? { failure: { code: 'host.access_not_confirmed', message: 'It did not get in.' } } : {}),
})

async function rekey(words: readonly string[], state = 'done') {
  server = await pretendServer({
    'GET /api/v1/hosts': () => ({
      body: {
        items: [host('hst_1'), host('hst_2', { user: 'root' }), host('hst_3', { state: 'retired' }), host('hst_4')],
      },
    }),
    'POST /api/v1/hosts/hst_1/rekey': () => ({ status: 202, body: { runId: 'r' } }),
    'POST /api/v1/hosts/hst_4/rekey': () => ({ status: 202, body: { runId: 'r' } }),
    'GET /api/v1/runs/r': () => ({ body: run(state) }),
    'GET /api/v1/hosts/hst_1/control-key': () => ({ body: key('hst_1', false) }),
    'GET /api/v1/hosts/hst_4/control-key': () => ({ body: key('hst_4', true) }),
  })
  const called = await call(['host', 'rekey', ...words], { server: server.url })
  return { ...called, posted: server.asked.filter((each) => each.method === 'POST').map((each) => each.path) }
}

describe('host rekey', () => {
  test('--all takes one prepared host after the other', async () => {
    const found = await rekey(['--all'])

    expect(found.exit).toBe(0)
    expect(found.posted).toEqual(['/api/v1/hosts/hst_1/rekey', '/api/v1/hosts/hst_4/rekey'])
  })

  test('--all stops at the first that fails', async () => {
    const found = await rekey(['--all'], 'failed')

    expect(found.exit).toBe(73)
    expect(found.posted.length).toBe(1)
    expect(found.err).toContain('It did not get in.')
  })

  test('--dry-run only shows which keys are there', async () => {
    const found = await rekey(['--all', '--dry-run'])

    expect(found.posted).toEqual([])
    expect(found.out).toMatch(/hst_1 .*SHARED .*everywhere\n.*hst_4 .*own/)
  })

  test('takes one host or all, not both and not none', async () => {
    expect((await rekey([])).exit).toBe(64)
    await server?.kill()
    expect((await rekey(['hst_1', '--all'])).exit).toBe(64)
  })
})
