import { createHash } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import * as client from 'openid-client'
import type { BackendEnv } from './backend-env.ts'

export type SignInStart = { readonly url: URL; readonly memory: string }

type Memory = { readonly verifier: string; readonly state: string; readonly nonce: string }

export const signInSeconds = 600

export type SignIn = ReturnType<typeof signIn>

/**
 * Authorization code with PKCE. What must be remembered between the two requests travels in a short, signed cookie, so
 * any copy of this service can finish what another began. The provider is asked for its addresses at first need: a
 * provider that is away must not keep the rest of the service from starting.
 */
export function signIn(env: BackendEnv) {
  const key = createHash('sha256').update(`sign-in ${env.SESSION_SECRET}`).digest()
  const redirectUri = `${env.API_URL}/auth/callback`
  let known: Promise<client.Configuration> | undefined

  async function provider(): Promise<client.Configuration> {
    known ??= discover(env)
    return known.catch((error: unknown) => {
      known = undefined
      throw error
    })
  }

  return {
    async start(): Promise<SignInStart> {
      const config = await provider()
      const memory: Memory = {
        verifier: client.randomPKCECodeVerifier(),
        state: client.randomState(),
        nonce: client.randomNonce(),
      }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: env.OIDC_SCOPE,
        code_challenge: await client.calculatePKCECodeChallenge(memory.verifier),
        code_challenge_method: 'S256',
        state: memory.state,
        nonce: memory.nonce,
      })
      const signed = new SignJWT({ ...memory })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(`${signInSeconds}s`)
      return { url, memory: await signed.sign(key) }
    },

    /** The claims of the person who came back; signature, issuer, audience, expiry, nonce and state are verified. */
    async finish(pathAndQuery: string, signedMemory: string): Promise<Readonly<Record<string, unknown>>> {
      const memory = await readMemory(signedMemory, key)
      const config = await provider()
      const tokens = await client.authorizationCodeGrant(config, new URL(pathAndQuery, env.API_URL), {
        pkceCodeVerifier: memory.verifier,
        expectedState: memory.state,
        expectedNonce: memory.nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new Error('The provider sent no ID token.')
      if ('tenant' in claims && 'groups' in claims) return claims
      if (!config.serverMetadata().userinfo_endpoint) return claims
      return { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims }
    },
  }
}

async function readMemory(signed: string, key: Uint8Array): Promise<Memory> {
  const { payload } = await jwtVerify(signed, key, { algorithms: ['HS256'] })
  const { verifier, state, nonce } = payload
  if (typeof verifier !== 'string' || typeof state !== 'string' || typeof nonce !== 'string') {
    throw new Error('The sign-in cookie is incomplete.')
  }
  return { verifier, state, nonce }
}

async function discover(env: BackendEnv): Promise<client.Configuration> {
  const issuer = new URL(env.OIDC_ISSUER)
  const plain = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []
  return client.discovery(issuer, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET, undefined, {
    execute: [client.enableNonRepudiationChecks, ...plain],
    timeout: 10,
  })
}
