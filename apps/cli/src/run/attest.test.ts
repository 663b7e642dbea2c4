import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer, problem } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const step = 'smoke test from outside'
const run = { id: 'r1', state: 'running', startedAt: '2026-01-01T00:00:00Z', takeovers: 1, steps: [] }

async function attest(answer: { status?: number; body: unknown }, ...words: string[]) {
  server = await pretendServer({ 'POST /api/v1/runs/r1/attest': () => answer })
  const called = await call(['run', 'attest', 'r1', step, ...words], { server: server.url })
  return { ...called, asked: server.asked }
}

describe('run attest', () => {
  test('sends the step and the reason, and says that the run goes on', async () => {
    const { exit, out, asked } = await attest({ body: run }, '--reason', 'the proxy was mended')

    expect(exit).toBe(0)
    expect(asked[0]?.body).toEqual({ step, reason: 'the proxy was mended' })
    expect(out).toContain('goes on from: smoke test from outside')
  })

  test('prints the lines of a check that still does not pass', async () => {
    const problems = [{ path: 'smoke.frontend', message: 'FAIL: The frontend answers: 503' }]
    const { exit, err } = await attest(
      problem('conflict', 409, 'It does not pass.', { problems }),
      '--reason',
      'mended',
    )

    expect(exit).toBe(73)
    expect(err).toContain('smoke.frontend: FAIL: The frontend answers: 503')
  })

  test('takes a reason', async () => {
    const { exit, asked } = await attest({ body: run })

    expect([exit, asked]).toEqual([64, []])
  })
})
