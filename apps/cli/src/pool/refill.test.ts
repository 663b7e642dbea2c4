import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

async function refill(state: string, ...words: string[]) {
  const run = { id: 'refill-pool:1', state, startedAt: '2026-01-01T00:00:00Z', takeovers: 0, steps: [] }
  server = await pretendServer({
    'POST /api/v1/pool/refill': () => ({ status: 202, body: { runId: run.id } }),
    'GET /api/v1/runs/refill-pool:1': () => ({ body: run }),
  })
  const called = await call(['pool', 'refill', 'eu-central', 'standard', ...words], { server: server.url })
  return { ...called, asked: server.asked }
}

describe('pool refill', () => {
  test('says which run makes the spares, and does not wait', async () => {
    const { exit, out, asked } = await refill('running')

    expect(exit).toBe(0)
    expect(out).toContain('nexusctl run watch refill-pool:1')
    expect(asked.map((each) => each.body)).toEqual([{ region: 'eu-central', plan: 'standard' }])
  })

  test('waits for the end of the run where it is told to', async () => {
    const { exit, out } = await refill('done', '--wait')

    expect(exit).toBe(0)
    expect(out).toContain('is done after')
  })

  test('exits 1 when the run it waited for has failed', async () => {
    expect((await refill('failed', '--wait')).exit).toBe(1)
  })
})
