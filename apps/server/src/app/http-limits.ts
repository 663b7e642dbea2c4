import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { NexusError } from '../platform/errors.ts'

export type RequestLimits = {
  /** For one token or session, on one node. */
  readonly perMinute: number
  /** How often one address may be told 401; after that it is told to wait. Who has a good token is not held up. */
  readonly refusalsPerMinute: number
}

export const requestLimits: RequestLimits = { perMinute: 6000, refusalsPerMinute: 60 }

export type Limiting = {
  /** Counts a 401; answers the refusal to give instead once there were too many. */
  readonly afterRefusal: (request: FastifyRequest) => Promise<NexusError | undefined>
}

/** What was sent as a credential, as a key that gives nothing away. */
const credentialKey = ({ headers, ip }: FastifyRequest): string => {
  const given = headers.authorization ?? headers.cookie
  return given === undefined ? `address ${ip}` : createHash('sha256').update(given).digest('base64url')
}

/**
 * Counts after it is known who asks, so that made-up tokens fill nobody's share. Open routes are counted by address,
 * but not the doors of machines: health is asked often, and a webhook is held up by its signature alone.
 */
export function limitRequests(app: FastifyInstance, limits: RequestLimits = requestLimits): Limiting {
  const minute = 60_000
  type Count = ReturnType<FastifyInstance['createRateLimit']>
  let requests: Count | undefined
  let refusals: Count | undefined
  app.register(rateLimit, { global: false })
  app.addHook('onReady', async () => {
    requests = app.createRateLimit({ max: limits.perMinute, timeWindow: minute, keyGenerator: credentialKey })
    const keyGenerator = ({ ip }: FastifyRequest) => `refused ${ip}`
    refusals = app.createRateLimit({ max: limits.refusalsPerMinute, timeWindow: minute, keyGenerator })
  })
  const overOf = async (count: Count | undefined, request: FastifyRequest): Promise<NexusError | undefined> => {
    const found = await count?.(request)
    return found && !found.isAllowed && found.isExceeded ? tooMany(found.max, found.ttlInSeconds) : undefined
  }
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.unlimited === true) return
    const over = await overOf(requests, request)
    if (over) throw over
  })
  return { afterRefusal: (request) => overOf(refusals, request) }
}

const tooMany = (max: number, seconds: number): NexusError =>
  Object.assign(
    new NexusError('http.too_many_requests', 'too_many', `More than ${max} requests in a minute.`, {
      hint: `Wait ${seconds} s. Followers use the event stream: GET /api/v1/events.`,
    }),
    { retryAfterSeconds: seconds },
  )
