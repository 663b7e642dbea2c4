import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer, problem } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

const check = (status: string) => ({
  name: `c.${status}`,
  title: status,
  status,
  summary: '',
  asked: '',
  vantage: '',
  at: '',
})
const report = (readiness: string, exit: number, last = `READINESS: ${readiness.toUpperCase()}`) => ({
  readiness,
  exit,
  lines: ['PASS: memory: 8 GB', 'Results: PASS=1 WARN=0 FAIL=0 (checks=1)', last],
  checks: [check(readiness)],
})

async function preflight(body: unknown, ...words: string[]) {
  server = await pretendServer({
    'GET /api/v1/hosts': () => ({ body: { items: [{ id: 'hst_1', name: 'metal-1', state: 'ready' }] } }),
    'POST /api/v1/hosts/hst_1/preflight': () => ({ body }),
  })
  return call(['host', 'preflight', 'metal-1', ...words], { server: server.url })
}

/** S0-81, S0-82 */
describe('host preflight', () => {
  test('prints the lines as they are', async () => {
    const { out } = await preflight(report('pass', 0))

    expect(out).toBe('PASS: memory: 8 GB\nResults: PASS=1 WARN=0 FAIL=0 (checks=1)\nREADINESS: PASS\n')
  })

  test.each([
    ['pass', 0],
    ['warn', 1],
    ['fail', 2],
  ])('ends %s with %i, in every format', async (readiness, exit) => {
    expect((await preflight(report(readiness, exit))).exit).toBe(exit)
    await server?.kill()
    const json = await preflight(report(readiness, exit), '-o', 'json')

    expect(json.exit).toBe(exit)
    expect(JSON.parse(json.out)).toEqual([check(readiness)])
  })

  test('refuses an answer that contradicts itself', async () => {
    for (const body of [report('fail', 0), report('pass', 0, 'READINESS: FAIL')]) {
      expect(await preflight(body)).toMatchObject({ exit: 70, out: '' })
      await server?.kill()
    }
  })

  test('that did not run never ends with a verdict', async () => {
    server = await pretendServer({ 'POST /api/v1/hosts/hst_2/preflight': () => problem('unavailable', 503, 'Away.') })

    expect((await call(['host', 'preflight', 'hst_2'], { server: server.url })).exit).toBe(69)
    expect((await call(['host', 'preflight', 'hst_9'], { server: server.url })).exit).toBe(66)
  })
})
