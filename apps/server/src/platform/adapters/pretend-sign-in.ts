import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import { z } from 'zod'
import type { Http, HttpAnswer, Tenant } from '../../modules/identity/index.ts'

export type SignInTenant = Pick<Tenant, 'tenant' | 'issuer' | 'clientId' | 'appUrl' | 'apiUrl'> & {
  readonly clientSecret: string
}
type HttpWish = NonNullable<Parameters<Http>[1]>
type Begun = { readonly verifier: string; readonly nonce: string }
type Person = { readonly tenant: string; readonly email: string; readonly role: 'admin' | 'user' }

const Claims = z.object({ email: z.string().default(''), tenant: z.string(), groups: z.array(z.string()) })

/**
 * The backend of a pretend instance, as far as a sign-in needs one: a real client of the real identity provider, with
 * sessions in memory. Requests for other names go out by `through`.
 */
export function pretendSignIn(tenantAt: (apiOrigin: string) => Promise<SignInTenant | undefined>, through: Http): Http {
  const begun = new Map<string, Begun>()
  const sessions = new Map<string, Person>()

  return async (url, wish = {}) => {
    const asked = new URL(url)
    const known = await tenantAt(asked.origin)
    if (!known) return through(url, wish)
    const answer = (
      status: number,
      body: unknown,
      headers: Record<string, string> = {},
      setCookies: string[] = [],
    ) => ({
      status,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      setCookies,
      text: JSON.stringify(body),
    })
    if (asked.pathname === '/auth/login') return logIn(known, answer)
    if (asked.pathname === '/auth/callback') return comeBack(known, asked, answer)
    const person = sessions.get(cookieOf(wish, 'pretend-session'))
    if (!person) return answer(401, { code: 'session.missing', pretend: true })
    if (asked.pathname === '/api/me') return answer(200, { ...person, pretend: true })
    if (asked.pathname === '/api/admin/users') return answer(person.role === 'admin' ? 200 : 403, { pretend: true })
    return answer(404, { pretend: true })
  }

  async function logIn(known: SignInTenant, answer: Answer): Promise<HttpAnswer> {
    const config = await discover(known)
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
    begun.set(state, { verifier, nonce })
    const to = oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${known.apiUrl}/auth/callback`,
      scope: 'openid email profile nexus',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    return answer(303, {}, { location: to.href }, [`pretend-sign-in=${state}; ${flags}`])
  }

  async function comeBack(known: SignInTenant, asked: URL, answer: Answer): Promise<HttpAnswer> {
    const state = asked.searchParams.get('state') ?? ''
    const memory = begun.get(state)
    begun.delete(state)
    if (!memory) return answer(400, { code: 'sign_in.unknown', pretend: true })
    const tokens = await oidc.authorizationCodeGrant(await discover(known), asked, {
      pkceCodeVerifier: memory.verifier,
      expectedState: state,
      expectedNonce: memory.nonce,
      idTokenExpected: true,
    })
    const claims = Claims.safeParse(tokens.claims())
    const role = claims.success ? roleOf(claims.data, known.tenant) : undefined
    if (!claims.success || !role) return answer(403, { code: 'person.refused', pretend: true })
    const session = randomBytes(24).toString('base64url')
    sessions.set(session, { tenant: known.tenant, email: claims.data.email, role })
    return answer(303, {}, { location: known.appUrl }, [`pretend-session=${session}; ${flags}`])
  }
}

type Answer = (status: number, body: unknown, headers?: Record<string, string>, setCookies?: string[]) => HttpAnswer

const flags = 'Path=/; Secure; HttpOnly; SameSite=Lax'

function roleOf({ tenant, groups }: z.infer<typeof Claims>, wanted: string): Person['role'] | undefined {
  if (tenant !== wanted) return undefined
  if (groups.includes(`${wanted}-admins`)) return 'admin'
  return groups.includes(`${wanted}-users`) ? 'user' : undefined
}

const cookieOf = (wish: HttpWish, name: string): string =>
  (wish.headers?.['cookie'] ?? '')
    .split('; ')
    .find((each) => each.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? ''

const discover = ({ issuer, clientId, clientSecret }: SignInTenant) =>
  oidc.discovery(new URL(issuer), clientId, clientSecret, oidc.ClientSecretBasic(), {
    execute: issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [],
    timeout: 15,
  })
