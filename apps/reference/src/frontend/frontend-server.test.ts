import { afterAll, describe, expect, test } from 'vitest'
import { frontendServer } from './frontend-server.ts'

const app = frontendServer({
  apiUrl: 'https://api.acme.test',
  tenant: 'acme',
  loginPath: '/auth/login',
  logoutPath: '/auth/logout',
  release: '1.2.3',
  logLevel: 'error',
})
afterAll(() => app.close())

describe('the frontend', () => {
  test('tells its page where the API and the sign-in are', async () => {
    expect((await app.inject('/config.json')).json()).toEqual({
      apiUrl: 'https://api.acme.test',
      loginUrl: 'https://api.acme.test/auth/login',
      logoutUrl: 'https://api.acme.test/auth/logout',
      tenant: 'acme',
      release: '1.2.3',
    })
  })

  test.each(['/', '/page.js', '/page.css'])('gives %s and lets it speak with itself and the API only', async (path) => {
    const answer = await app.inject(path)

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-security-policy']).toContain("connect-src 'self' https://api.acme.test;")
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  })

  test('gives no other file', async () => {
    expect((await app.inject('/../main.ts')).statusCode).toBe(404)
    expect((await app.inject('/page/page.js')).statusCode).toBe(404)
  })
})
