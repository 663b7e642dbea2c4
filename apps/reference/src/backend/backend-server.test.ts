import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { readEnv } from '../common/env-rules.ts'
import { backendRules } from './backend-env.ts'
import { backendServer } from './backend-server.ts'

const appUrl = 'https://app.acme.test'
const smokeToken = 'a-token-only-for-this-test'

/** Nothing listens behind these addresses: what is tested here is what the backend does when it stands alone. */
function loneBackend() {
  const answer = readEnv(backendRules, {
    DATABASE_URL: 'postgres://acme@/acme?host=/nonexistent',
    OIDC_ISSUER: 'http://127.0.0.1:1',
    OIDC_CLIENT_ID: 'acme-app',
    OIDC_CLIENT_SECRET: 'client-secret',
    TENANT: 'acme',
    SESSION_SECRET: 's'.repeat(32),
    OPENCLAW_API_URL: 'http://127.0.0.1:1',
    OPENCLAW_API_KEY: 'k'.repeat(16),
    APP_URL: appUrl,
    API_URL: 'https://api.acme.test',
    SMOKE_TOKEN: smokeToken,
    LOG_LEVEL: 'error',
    RELEASE: '1.2.3',
  })
  if (!answer.ok) throw new Error('the test environment is incomplete')
  return backendServer(
    { ...answer.values, LOG_LEVEL: 'fatal' },
    new pg.Pool({ connectionString: answer.values.DATABASE_URL }),
  )
}

const app = loneBackend()
afterAll(() => app.close())

describe('a backend without its dependencies', () => {
  test('says so in its health', async () => {
    const answer = await app.inject('/health')

    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({
      status: 'degraded',
      database: 'unavailable',
      openclaw: 'unavailable',
      migrations: 'unknown',
      release: '1.2.3',
    })
  })

  test('answers 503 where it needs the database', async () => {
    const answer = await app.inject({ url: '/api/me', headers: { cookie: '__Host-session=abc' } })

    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ code: 'database.unavailable' })
  })

  test('answers 502 and a page when the identity provider is away', async () => {
    const answer = await app.inject('/auth/login')

    expect(answer.statusCode).toBe(502)
    expect(answer.body).toContain('does not answer')
  })

  test('answers 502 without the key when OpenClaw is away', async () => {
    const headers = { 'x-nexus-smoke': smokeToken }
    const answer = await app.inject({ method: 'POST', url: '/api/ask', payload: { prompt: 'hello' }, headers })

    expect(answer.statusCode).toBe(502)
    expect(answer.body).not.toContain('kkkk')
  })
})

describe('someone who is not signed in', () => {
  test.each(['/api/me', '/api/notes', '/api/admin/users'])('gets 401 at %s', async (url) => {
    expect((await app.inject(url)).statusCode).toBe(401)
  })

  test.each([
    ['/api/ask', { 'x-nexus-smoke': 'wrong' }],
    ['/api/smoke', { authorization: 'Bearer wrong' }],
  ])('gets 401 at %s with a wrong smoke test token', async (url, headers) => {
    expect((await app.inject({ method: 'POST', url, payload: { prompt: 'hello' }, headers })).statusCode).toBe(401)
  })
})

describe('a browser', () => {
  test('on the app may read answers with its cookie', async () => {
    const answer = await app.inject({ url: '/api/me', headers: { origin: appUrl } })

    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': appUrl,
      'access-control-allow-credentials': 'true',
      vary: 'origin',
    })
  })

  test.each(['https://evil.test', 'https://app.acme.test.evil.test', 'http://app.acme.test', 'null'])(
    'on %s may neither read nor change anything',
    async (origin) => {
      const read = await app.inject({ url: '/api/me', headers: { origin } })
      const asked = await app.inject({ method: 'OPTIONS', url: '/api/notes', headers: { origin } })
      const changed = await app.inject({
        method: 'POST',
        url: '/api/notes',
        payload: { text: 'x' },
        headers: { origin },
      })

      expect(read.headers).not.toHaveProperty('access-control-allow-origin')
      expect(asked.headers).not.toHaveProperty('access-control-allow-origin')
      expect(changed.statusCode).toBe(403)
    },
  )
})
