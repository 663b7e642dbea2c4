import { rootCertificates } from 'node:tls'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
} from 'openid-client'
import { Agent, fetch as undiciFetch } from 'undici'
import type { SignInProvider } from '../../modules/access/index.ts'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

export type OidcSignInOptions = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: () => Promise<string | undefined>
  /** Where the browser comes back to; registered at the provider letter by letter. */
  readonly redirectUri: string
  /** PEM of the authority of a private provider. */
  readonly trust?: string | undefined
}

const isLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname)

/** Any OpenID provider that has discovery: asked at the first sign-in, and again when it was away. */
export function oidcSignIn(options: OidcSignInOptions): SignInProvider {
  const issuer = new URL(options.issuer)
  let known: Promise<Configuration> | undefined
  const provider = (): Promise<Configuration> => {
    known ??= discover(issuer, options).catch((thrown) => {
      known = undefined
      throw away(issuer, thrown)
    })
    return known
  }
  return {
    name: issuer.host,
    begin: async ({ state, nonce, verifier }) =>
      buildAuthorizationUrl(await provider(), {
        redirect_uri: options.redirectUri,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString(),
    finish: async (query, { state, nonce, verifier }) => {
      const at = new URL(options.redirectUri)
      at.search = query.toString()
      const answer = await authorizationCodeGrant(await provider(), at, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      }).catch((thrown) => {
        throw refused(thrown)
      })
      const claims = answer.claims()
      if (!claims) throw refused(new Error('the provider sent no ID token'))
      const email = claims['email']
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: typeof email === 'string' ? email : '',
        emailVerified: claims['email_verified'] === true,
      }
    },
  }
}

async function discover(issuer: URL, options: OidcSignInOptions): Promise<Configuration> {
  const secret = await options.clientSecret()
  return discovery(issuer, options.clientId, undefined, secret ? ClientSecretBasic(secret) : None(), {
    ...(isLoopback(issuer) ? { execute: [allowInsecureRequests] } : {}),
    ...(options.trust ? { [customFetch]: trusting(options.trust) } : {}),
    timeout: 10,
  })
}

/** undici's own fetch: the built-in one takes no other authority. */
const trusting = (authority: string): CustomFetch => {
  const dispatcher = new Agent({ connect: { ca: [...rootCertificates, authority] } })
  // Of one shape with the built-in one; the types of the two do not know of each other.
  return (url, wish) => undiciFetch(url, { ...(wish as object), dispatcher }) as unknown as Promise<Response>
}

const away = (issuer: URL, cause: unknown) =>
  new NexusError('access.sign_in_away', 'unavailable', `The identity provider ${issuer.host} does not answer.`, {
    hint: 'Try again, or use an API token. signInIssuer must be the address below which /.well-known/openid-configuration is.',
    cause,
  })

/** What the provider says is for the log; a person learns that it did not work. */
function refused(thrown: unknown): NexusError {
  const said = plainLine(thrown instanceof Error ? thrown.message : String(thrown), 200)
  return new NexusError(
    'access.sign_in_failed',
    'unauthenticated',
    `The identity provider did not sign you in: ${said}.`,
    {
      hint: 'Start again from the console.',
      cause: thrown,
    },
  )
}
