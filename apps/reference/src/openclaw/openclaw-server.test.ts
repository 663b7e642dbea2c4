import { afterAll, describe, expect, test } from 'vitest'
import { openClawServer } from './openclaw-server.ts'

const apiKey = 'a-key-only-for-this-test'
const app = openClawServer({ apiKey, logLevel: 'error', release: '1.2.3' })
afterAll(() => app.close())

const post = (url: string, payload: object, authorization = `Bearer ${apiKey}`) =>
  app.inject({ method: 'POST', url, payload, headers: { authorization } })

describe('OpenClaw', () => {
  test('tells its health and release without a key', async () => {
    const answer = await app.inject('/health')

    expect(answer.json()).toEqual({ status: 'ok', release: '1.2.3' })
  })

  test.each(['', 'Bearer ', 'Bearer wrong', apiKey, `Basic ${apiKey}`])(
    'answers 401 to the header "%s"',
    async (header) => {
      const answer = await post('/v1/complete', { prompt: 'hello' }, header)

      expect(answer.statusCode).toBe(401)
      expect(answer.body).not.toContain(apiKey)
    },
  )

  test('runs a tool in the sandbox', async () => {
    const answer = await post('/v1/tools/run', { tool: 'calculator', input: { expression: '2 ^ 10' }, sandbox: true })

    expect(answer.json()).toMatchObject({ tool: 'calculator', sandbox: true, value: 1024 })
  })

  test('runs no tool outside the sandbox', async () => {
    const answer = await post('/v1/tools/run', { tool: 'calculator', input: { expression: '1' }, sandbox: false })

    expect(answer.statusCode).toBe(403)
  })

  test.each(['shell', 'constructor', '../main'])('knows no tool named %s', async (tool) => {
    const answer = await post('/v1/tools/run', { tool, input: {}, sandbox: true })

    expect(answer.statusCode).toBe(404)
  })

  test('gives the same prompt the same answer', async () => {
    const answers = await Promise.all([1, 2].map(() => post('/v1/complete', { prompt: 'What is 6 * 7?' })))

    expect(answers.map((answer) => answer.json().answer)).toEqual(['6 * 7 = 42', '6 * 7 = 42'])
  })

  test('says so when a model provider is not built yet', async () => {
    const answer = await post('/v1/complete', { prompt: 'hello', provider: 'elsewhere' })

    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ code: 'provider.not_built' })
  })

  test('counts its requests', async () => {
    expect((await app.inject('/metrics')).body).toContain('http_requests_total{method="POST"')
  })
})
