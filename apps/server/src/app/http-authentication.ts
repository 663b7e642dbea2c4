import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { cookieOf, type SignIn, sessionCookie } from '../modules/access/index.ts'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { type Failure, NexusError, toFailure } from '../platform/errors.ts'

export type RefusedRequest = {
  readonly actor: Actor
  readonly code: string
  readonly method: string
  readonly route: string
  readonly address: string
  /** How many like it were left out of the trail since the last entry. */
  readonly leftOut: number
}

/** What the HTTP floor needs of modules/access. */
export type HttpAccess = {
  /** Throws `access.unauthenticated` for a token that is unknown, expired, revoked or of a disabled person. */
  readonly authenticate: (token: string) => Promise<Actor>
  readonly recordRefusal: (refused: RefusedRequest) => Promise<void>
}

export const anonymous: Actor = { id: 'anonymous', name: 'anonymous', permissions: [] }

/** What the HTTP floor needs of the sessions of browsers. */
export type HttpSessions = Pick<SignIn, 'authenticateSession' | 'isCsrfOf'>

export type Authentication = {
  readonly access: HttpAccess
  readonly sessions?: HttpSessions | undefined
  /** Where people reach the console: the only origin whose pages may change something. */
  readonly origin?: string | undefined
}

/** Who asks and whether they may is settled before the body is read. */
export function authenticateRequests(app: FastifyInstance, given: Authentication): void {
  app.decorateRequest('actor')
  app.addHook('onRequest', async (request) => {
    request.actor = anonymous
    if (request.is404 || request.routeOptions.config.permission === 'public') return
    request.actor = await whoAsks(request, given)
    requireDeclared(request, request.actor)
  })
}

/** Whether a request that is still being answered (a stream of events) would be let in again now. */
export const stillAllowed =
  (given: Authentication) =>
  async (request: FastifyRequest): Promise<boolean> => {
    if (request.routeOptions.config.permission === 'public') return true
    try {
      const actor = await whoAsks(request, given)
      requireDeclared(request, actor)
      return isDeepStrictEqual(actor.limits, request.actor.limits)
    } catch (thrown) {
      const { kind } = toFailure(thrown)
      return kind !== 'unauthenticated' && kind !== 'forbidden'
    }
  }

function requireDeclared(request: FastifyRequest, actor: Actor): void {
  const { permission } = request.routeOptions.config
  if (permission === undefined || permission === 'signed-in' || permission === 'public') refuseBootstrap(actor)
  else requirePermission(actor, permission)
}

/** By the token when there is one: no other site can make a browser send it. Otherwise by the cookie, with care. */
async function whoAsks(request: FastifyRequest, { access, sessions, origin }: Authentication): Promise<Actor> {
  const text = request.headers.authorization === undefined ? cookieOf(request, sessionCookie) : undefined
  if (!text || !sessions) return access.authenticate(bearerToken(request))
  const { actor } = await sessions.authenticateSession(text)
  if (changesSomething(request)) requireOwnPage(request, sessions.isCsrfOf(text, csrfHeader(request)), origin)
  return actor
}

const changesSomething = ({ method }: FastifyRequest): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method)

function csrfHeader({ headers }: FastifyRequest): string {
  const given = headers['x-nexus-csrf']
  return typeof given === 'string' ? given : ''
}

/** A cookie is sent by whatever page makes the browser ask: what changes something must come from our own. */
function requireOwnPage({ headers }: FastifyRequest, knowsToken: boolean, own: string | undefined): void {
  const site = headers['sec-fetch-site']
  const elsewhere = headers.origin !== undefined && own !== undefined && headers.origin !== own
  if (knowsToken && !elsewhere && (site === undefined || site === 'same-origin')) return
  throw new NexusError('access.cross_site', 'forbidden', 'This did not come from a page of this console.', {
    hint: 'Load the console again; a program uses an API token, not the cookie of a browser.',
  })
}

function bearerToken(request: FastifyRequest): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
  if (token) return token
  throw new NexusError('access.no_token', 'unauthenticated', 'This takes an API token.', {
    hint: 'Send the header Authorization: Bearer <token>; nexusctl takes it from --token-file or NEXUS_TOKEN.',
  })
}

function refuseBootstrap(actor: Actor): void {
  if (!actor.permissions.includes('access.bootstrap')) return
  throw new NexusError('access.forbidden', 'forbidden', 'The bootstrap token can only create the first admin.', {
    hint: 'POST /api/v1/access/bootstrap with a name and an e-mail address.',
  })
}

type Meter = { leftOut: number; openAgainAt: number }

/**
 * Each refusal is a line in the trail, but nobody fills the trail by being refused: one entry a minute for one
 * person or address and reason, 60 a minute in all; the next entry says how many were left out.
 */
export function refusalRecorder(access: HttpAccess, now: () => Date) {
  const meters = new Map<string, Meter>()
  let windowEnds = 0
  let inWindow = 0
  return (request: FastifyRequest, failure: Failure): void => {
    const at = now().getTime()
    const actor = request.actor ?? anonymous
    const key = `${actor.id === anonymous.id ? request.ip : actor.id} ${failure.code}`
    if (at >= windowEnds) {
      windowEnds = at + 60_000
      inWindow = 0
    }
    const meter = meters.get(key) ?? { leftOut: 0, openAgainAt: 0 }
    if (at < meter.openAgainAt || inWindow >= 60) {
      meter.leftOut += 1
      if (meters.has(key) || meters.size < 1000) meters.set(key, meter)
      return
    }
    inWindow += 1
    if (meters.size >= 1000) meters.clear()
    meters.set(key, { leftOut: 0, openAgainAt: at + 60_000 })
    const route = request.routeOptions.url ?? request.url.split('?')[0] ?? ''
    access
      .recordRefusal({
        actor,
        code: failure.code,
        method: request.method,
        route,
        address: request.ip,
        leftOut: meter.leftOut,
      })
      .catch((error: unknown) => request.log.error({ err: error }, 'a refusal could not be written to the trail'))
  }
}
