import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readEnv } from '../common/env-rules.ts'
import { backendRules } from './backend-env.ts'
import { signIn } from './sign-in.ts'

/** A provider that says whatever a test wants it to say, on loopback. */
const provider = { issuer: '', claims: {} as JWTPayload, forged: false, verifier: '' }
const signing = await generateKeyPair('RS256')
const forging = await generateKeyPair('RS256')
let server: Server

const documents = async (path: string): Promise<unknown> => {
  const { issuer } = provider
  if (path === '/.well-known/openid-configuration') {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
  }
  if (path === '/jwks')
    return { keys: [{ ...(await exportJWK(signing.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] }
  const key = provider.forged ? forging.privateKey : signing.privateKey
  const token = new SignJWT(provider.claims).setProtectedHeader({ alg: 'RS256', kid: 'one' })
  return { access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token: await token.sign(key) }
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (request.url === '/token') provider.verifier = new URLSearchParams(body).get('code_verifier') ?? ''
    response.setHeader('content-type', 'application/json').end(JSON.stringify(await documents(request.url ?? '')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  provider.issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterAll(() => server.close())

function ours() {
  const answer = readEnv(backendRules, {
    DATABASE_URL: 'postgres://acme@/acme',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: 'acme-app',
    OIDC_CLIENT_SECRET: 'client-secret',
    TENANT: 'acme',
    SESSION_SECRET: 's'.repeat(32),
    OPENCLAW_API_URL: 'http://127.0.0.1:1',
    OPENCLAW_API_KEY: 'k'.repeat(16),
    APP_URL: 'https://app.acme.test',
    API_URL: 'https://api.acme.test',
    SMOKE_TOKEN: 't'.repeat(16),
  })
  if (!answer.ok) throw new Error('the test environment is incomplete')
  return signIn(answer.values)
}

async function comeBack(changes: JWTPayload = {}, state?: string) {
  const flow = ours()
  const { url, memory } = await flow.start()
  const now = Math.floor(Date.now() / 1000)
  provider.claims = {
    iss: provider.issuer,
    aud: 'acme-app',
    sub: 'u1',
    nonce: url.searchParams.get('nonce'),
    iat: now,
    exp: now + 60,
    tenant: 'acme',
    groups: ['acme-admins'],
    ...changes,
  }
  return flow.finish(`/auth/callback?code=abc&state=${state ?? url.searchParams.get('state')}`, memory)
}

describe('signing in', () => {
  beforeEach(() => {
    provider.forged = false
  })

  test('asks for a code with PKCE, state and nonce', async () => {
    const { url } = await ours().start()

    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: 'https://api.acme.test/auth/callback',
      scope: 'openid email profile',
    })
    expect(url.searchParams.get('nonce')).toBeTruthy()
  })

  test('ends with the claims of the person', async () => {
    expect(await comeBack()).toMatchObject({ sub: 'u1', tenant: 'acme', groups: ['acme-admins'] })
    expect(provider.verifier).toHaveLength(43)
  })

  test('with a token of another key is refused', async () => {
    provider.forged = true

    await expect(comeBack()).rejects.toThrow()
  })

  test.each([
    ['for another audience', { aud: 'another-app' }],
    ['of another issuer', { iss: 'https://elsewhere.test' }],
    ['that has expired', { exp: 1000 }],
    ['with another nonce', { nonce: 'another' }],
  ])('with a token %s is refused', async (_title, changes) => {
    await expect(comeBack(changes)).rejects.toThrow()
  })

  test('with another state is refused', async () => {
    await expect(comeBack({}, 'another')).rejects.toThrow()
  })

  test('without the cookie it began with, or with one made up, is refused', async () => {
    const flow = ours()

    await expect(flow.finish('/auth/callback?code=abc&state=x', '')).rejects.toThrow()
    await expect(flow.finish('/auth/callback?code=abc&state=x', 'eyJhbGciOiJub25lIn0.e30.')).rejects.toThrow()
  })
})
