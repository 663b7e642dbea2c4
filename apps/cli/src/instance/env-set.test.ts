import { afterEach, describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'
import { type PretendServer, pretendServer } from '../test/pretend-server.ts'

let server: PretendServer | undefined
afterEach(async () => {
  await server?.kill()
})

async function env(stdin: string, ...words: string[]) {
  server = await pretendServer({
    'GET /api/v1/instances/ins_1/env': () => ({ body: { items: [] } }),
    'PUT /api/v1/instances/ins_1/env/API_KEY': () => ({
      body: { name: 'API_KEY', secret: true, reference: 'secret:acme/ins_1.api-key@1' },
    }),
  })
  const called = await call(['instance', 'env', ...words], { server: server.url, stdin })
  return { ...called, asked: server.asked }
}

describe('instance env', () => {
  test('sets a variable from stdin and says the reference, never the value', async () => {
    const { exit, out, err, asked } = await env('hush-hush\n', 'set', 'ins_1', 'API_KEY', '--secret')

    expect(exit).toBe(0)
    expect(asked[0]?.body).toEqual({ value: 'hush-hush', secret: true })
    expect(out).toContain('secret:acme/ins_1.api-key@1')
    expect(out + err).not.toContain('hush-hush')
  })

  test('refuses an empty value before anything is sent', async () => {
    const { exit, asked } = await env('', 'set', 'ins_1', 'API_KEY')

    expect([exit, asked]).toEqual([65, []])
  })

  test('shows the variables where no verb is given', async () => {
    const { exit, asked } = await env('', 'ins_1')

    expect([exit, asked.length]).toEqual([0, 1])
  })
})
