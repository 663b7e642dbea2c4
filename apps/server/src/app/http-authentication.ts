import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { type Failure, NexusError } from '../platform/errors.ts'

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

/** Who asks and whether they may is settled before the body is read. */
export function authenticateRequests(app: FastifyInstance, access: HttpAccess): void {
  app.decorateRequest('actor')
  app.addHook('onRequest', async (request) => {
    request.actor = anonymous
    if (request.is404) return
    const { permission } = request.routeOptions.config
    if (permission === 'public') return
    request.actor = await access.authenticate(bearerToken(request))
    if (permission === undefined || permission === 'signed-in') return refuseBootstrap(request.actor)
    requirePermission(request.actor, permission)
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
