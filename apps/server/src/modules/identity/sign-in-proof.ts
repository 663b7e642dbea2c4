import type { JSONWebKeySet } from 'jose'
import * as oidc from 'openid-client'
import { z } from 'zod'
import type { CheckResult, CheckStatus } from '../../platform/check.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import { plainLine } from '../../platform/plain-text.ts'
import { type Browser, browser, isAt, redirectOf } from './sign-in-browser.ts'
import type { Http, HttpAnswer } from './sign-in-http.ts'
import type { LogIn, SignInPerson } from './sign-in-log-in.ts'
import { verifyToken } from './sign-in-token.ts'

export type SignInTarget = {
  readonly http: Http
  readonly now: () => Date
  readonly tenant: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly appUrl: string
  readonly apiUrl: string
  readonly logIn: LogIn
}

export type SignInPeople = {
  readonly admin: SignInPerson & { readonly groups: readonly string[] }
  readonly member: SignInPerson & { readonly groups: readonly string[] }
  /** In the tenant, in no group. */
  readonly groupless: SignInPerson
  /** In another tenant. */
  readonly stranger: SignInPerson
}

const callbackOf = (target: SignInTarget) => `${target.apiUrl}/auth/callback`

/** The authorization-code flow with PKCE as `person`, without the instance: the verified ID token's problems. */
export async function signInDirect(target: SignInTarget, person: SignInPeople['admin']): Promise<readonly string[]> {
  const through = browser(target.http)
  const config = await discover(target)
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
  const start = oidc.buildAuthorizationUrl(config, {
    redirect_uri: callbackOf(target),
    scope: 'openid email profile nexus',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  const back = await comeBack(target, through, await through.get(start.href), person)
  if (back === undefined) return ['the sign-in was refused']
  const tokens = await oidc.authorizationCodeGrant(config, new URL(back), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const keys = await target.http(config.serverMetadata().jwks_uri ?? '')
  // jose refuses what is no key set.
  const keySet = JSON.parse(keys.text) as JSONWebKeySet
  const expected = {
    issuer: target.issuer,
    clientId: target.clientId,
    nonce,
    tenant: target.tenant,
    groups: person.groups,
  }
  const { problems } = await verifyToken(tokens.id_token ?? '', keySet, expected, target.now())
  return problems
}

/** The address with the code, or undefined when the provider did not let the person through. */
async function comeBack(
  target: SignInTarget,
  through: Browser,
  first: HttpAnswer,
  person: SignInPerson,
): Promise<string | undefined> {
  const page = await through.follow(first, callbackOf(target))
  const answer = await target.logIn(through, page, person, callbackOf(target))
  const next = redirectOf(answer)
  if (next !== undefined && isAt(next, callbackOf(target)))
    return new URL(next).searchParams.has('code') ? next : undefined
  if (answer.status === 401 || answer.status === 403) return undefined
  throw new NexusError(
    'identity.sign_in_unclear',
    'unavailable',
    `The sign-in ended at ${new URL(answer.url).origin} with HTTP ${answer.status}.`,
  )
}

async function discover(target: SignInTarget): Promise<oidc.Configuration> {
  const customFetch: oidc.CustomFetch = async (url, options) => {
    const answer = await target.http(url, {
      method: options.method === 'POST' ? 'POST' : 'GET',
      headers: { ...options.headers },
      ...(options.body ? { body: String(options.body) } : {}),
    })
    return new Response(answer.text, {
      status: answer.status,
      headers: { 'content-type': answer.headers['content-type'] ?? '' },
    })
  }
  const plain = target.issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []
  return oidc.discovery(new URL(target.issuer), target.clientId, target.clientSecret, oidc.ClientSecretBasic(), {
    [oidc.customFetch]: customFetch,
    execute: plain,
    timeout: 15,
  })
}

const Me = z.object({ tenant: z.string(), email: z.string(), role: z.string() })
export type Visit = {
  /** The provider or the instance said no to this person, in so many words. */
  readonly refused: boolean
  readonly status: number
  readonly me: z.infer<typeof Me> | undefined
  readonly adminStatus: number
}

/** The way that a person takes: the instance's login, the provider, back, and then what the instance lets them do. */
export async function signInThroughInstance(target: SignInTarget, person: SignInPerson): Promise<Visit> {
  const through = browser(target.http)
  const back = await comeBack(target, through, await through.get(`${target.apiUrl}/auth/login`), person)
  if (back === undefined) return { refused: true, status: 403, me: undefined, adminStatus: 403 }
  const arrival = await through.get(back)
  const me = await through.get(`${target.apiUrl}/api/me`)
  const parsed = me.status === 200 ? Me.safeParse(JSON.parse(me.text)) : undefined
  const admin = await through.get(`${target.apiUrl}/api/admin/users`)
  return {
    refused: arrival.status === 403 && me.status === 401,
    status: me.status,
    me: parsed?.success ? parsed.data : undefined,
    adminStatus: admin.status,
  }
}

type Finding = { readonly status: CheckStatus; readonly summary: string }
const pass = (summary: string): Finding => ({ status: 'pass', summary })
const fail = (summary: string): Finding => ({ status: 'fail', summary })

/** S0-124..127 and the refusals that make them worth something. What could not be looked at is `unknown`. */
export async function proveSignIn(target: SignInTarget, people: SignInPeople): Promise<readonly CheckResult[]> {
  const look = async (
    name: string,
    title: string,
    asked: string,
    work: () => Promise<Finding>,
  ): Promise<CheckResult> => {
    const began = target.now()
    const found = await work().catch(
      (thrown: unknown): Finding => ({ status: 'unknown', summary: plainLine(toFailure(thrown).message, 300) }),
    )
    const seconds = (target.now().getTime() - began.getTime()) / 1000
    return { name, title, asked, vantage: 'control plane', at: began.toISOString(), seconds, ...found }
  }
  const wayIn = `${target.apiUrl}/auth/login`
  const visits = { admin: visit(target, people.admin), member: visit(target, people.member) }

  return [
    await look('identity.login', 'The tenant admin can sign in (S0-124)', wayIn, async () => {
      const { status, me } = await visits.admin()
      return me?.email.toLowerCase() === people.admin.email.toLowerCase()
        ? pass(`signed in as ${me.email}`)
        : fail(`/api/me answered ${status}`)
    }),
    await look('identity.claims', 'The ID token is signed and says what it must (S0-125)', target.issuer, async () => {
      const problems = await signInDirect(target, people.admin)
      return problems.length === 0
        ? pass('signature, issuer, audience, time, nonce, groups and tenant hold')
        : fail(problems.join('; '))
    }),
    await look(
      'identity.tenant',
      'The person lands in their own tenant (S0-126)',
      `${target.apiUrl}/api/me`,
      async () => {
        const { me } = await visits.admin()
        return me?.tenant === target.tenant
          ? pass(`tenant ${me.tenant}`)
          : fail(`tenant ${me?.tenant ?? 'unknown'}, not ${target.tenant}`)
      },
    ),
    await look(
      'identity.roles',
      'Admins may what members may not (S0-127)',
      `${target.apiUrl}/api/admin/users`,
      async () => {
        const [admin, member] = [await visits.admin(), await visits.member()]
        const summary = `admin ${admin.adminStatus}, member ${member.adminStatus} (signed in: ${member.status})`
        return admin.adminStatus === 200 && member.status === 200 && member.adminStatus === 403
          ? pass(summary)
          : fail(summary)
      },
    ),
    await look('identity.no_group', 'A person without a group is refused (S0-127)', wayIn, () =>
      mustBeRefused(target, people.groupless),
    ),
    await look('identity.stranger', 'A person of another tenant is refused (S0-126)', wayIn, () =>
      mustBeRefused(target, people.stranger),
    ),
  ]
}

/** One visit, however often it is asked about. */
function visit(target: SignInTarget, person: SignInPerson): () => Promise<Visit> {
  let found: Promise<Visit> | undefined
  return () => {
    found ??= signInThroughInstance(target, person)
    return found
  }
}

async function mustBeRefused(target: SignInTarget, person: SignInPerson): Promise<Finding> {
  const { refused, status } = await signInThroughInstance(target, person)
  return refused ? pass('refused') : fail(`not refused: /api/me answered ${status}`)
}
