import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const step = (position: number, name: string, state: string) => ({
  position,
  name,
  state,
  attempts: 1,
  startedAt: '2026-01-01T00:00:00Z',
})

async function retry(...steps: object[]) {
  const run = { id: 'r1', state: 'blocked', startedAt: '2026-01-01T00:00:00Z', takeovers: 0, steps }
  server = await pretendServer({
    'GET /api/v1/runs/r1': () => ({ body: run }),
    'POST /api/v1/runs/r1/resume': () => ({ body: { ...run, state: 'running' } }),
  })
  const called = await call(['run', 'retry', 'r1', '--reason', 'disk has room now'], { server: server.url })
  return { ...called, sent: server.asked.find((each) => each.method === 'POST')?.body }
}

describe('run retry', () => {
  test('resumes from the last step that failed', async () => {
    const { exit, sent } = await retry(
      step(1, 'get a host', 'done'),
      step(2, 'deploy', 'failed'),
      step(3, 'block', 'done'),
    )

    expect(exit).toBe(0)
    expect(sent).toEqual({ fromStep: 'deploy', reason: 'disk has room now' })
  })

  test('is refused where no step has failed, and nothing is sent', async () => {
    const { exit, sent } = await retry(step(1, 'get a host', 'done'))

    expect([exit, sent]).toEqual([73, undefined])
  })
})
