import type { RequestListener, Server } from 'node:http'
import fastifyCookie from '@fastify/cookie'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client'
import type { CheckResult } from '../platform/check.ts'
import type { Database } from '../platform/db.ts'
import type { NexusError } from '../platform/errors.ts'
import type { Routes } from '../platform/http-types.ts'
import { newId } from '../platform/ids.ts'
import {
  authenticateRequests,
  type HttpAccess,
  type HttpSessions,
  refusalRecorder,
  stillAllowed,
} from './http-authentication.ts'
import { letConnectionsGo } from './http-closing.ts'
import { type StreamLimits, serveEvents } from './http-events.ts'
import { type IdempotencyStore, idempotencyStore, keepAnswers } from './http-idempotency.ts'
import { limitRequests, type RequestLimits } from './http-limits.ts'
import { describeRoutes, serveReference } from './http-openapi.ts'
import { boundLoad, type OverloadLimits, overloadLimits } from './http-overload.ts'
import { requireDeclarations } from './http-permissions.ts'
import { takePlainInput } from './http-plain-input.ts'
import { answerProblems, sendProblem, toRefusal } from './http-problems.ts'
import { holdToScopes } from './http-scope.ts'
import { systemRoutes } from './http-system-routes.ts'
import { traceRequests } from './http-traces.ts'
import { answerUnreadable } from './http-unreadable.ts'

export type HttpDeps = {
  readonly db: Database
  readonly access: HttpAccess
  readonly sessions?: HttpSessions
  /** Where people reach the console. */
  readonly origin?: string
  readonly log: FastifyBaseLogger
  readonly now: () => Date
  /** Mounted under /api/v1. */
  readonly plugins: readonly Routes[]
  /** Mounted at the root: webhooks, the console. */
  readonly doors?: readonly Routes[]
  readonly ready: () => Promise<readonly CheckResult[]>
  /** Why no work is taken now: whoever asks for any is told so with 503. Reading goes on. */
  readonly refusal?: () => NexusError | undefined
  readonly metrics: Registry
  /** The proxies whose X-Forwarded-For is believed. */
  readonly trustProxy?: readonly string[]
  readonly bodyLimit?: number
  /** Another server than the plain one: that of HTTPS. */
  readonly server?: ((handler: RequestListener) => Server) | undefined
  readonly version?: string
  readonly idempotency?: IdempotencyStore
  readonly streams?: StreamLimits
  readonly limits?: RequestLimits
  readonly load?: Partial<OverloadLimits>
}

/** The HTTP floor: who asks, may they, is it well formed; then one verb; then one shape of answer. */
export function createHttp(deps: HttpDeps): FastifyInstance {
  const app = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: deps.trustProxy && deps.trustProxy.length > 0 ? [...deps.trustProxy] : false,
    bodyLimit: deps.bodyLimit ?? 1 << 20,
    ...(deps.server ? { serverFactory: deps.server } : {}),
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    genReqId: (request) => requestId(request.headers['x-request-id'], deps.now),
    clientErrorHandler: answerUnreadable(() => newId('req', deps.now())),
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, toRefusal(error))
    },
  })
  app.server.maxConnections = 2000
  app.removeContentTypeParser('text/plain')
  takePlainInput(app)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  requireDeclarations(app)
  secureHeaders(app)
  measure(app, deps.metrics)
  const load = boundLoad(app, deps.metrics, { ...overloadLimits, ...deps.load })
  refuseWork(app, deps.refusal ?? (() => undefined))
  // Cookies are read where they are asked for; only the functions for it are wanted.
  app.register(fastifyCookie, { hook: false })
  authenticateRequests(app, deps)
  answerProblems(app, refusalRecorder(deps.access, deps.now), limitRequests(app, deps.limits))
  traceRequests(app)
  holdToScopes(app)
  keepAnswers(app, deps.idempotency ?? idempotencyStore(deps.db), deps.now)
  const streams = serveEvents(app, stillAllowed(deps), load.leave, deps.streams)
  countStreams(deps.metrics, streams.count)

  letConnectionsGo(app)

  describeRoutes(app, deps.version ?? '0.1.0')
  app.register(systemRoutes(deps))
  serveReference(app)
  for (const plugin of deps.plugins) app.register(plugin, { prefix: '/api/v1' })
  for (const door of deps.doors ?? []) app.register(door)
  return app
}

/** A caller's own id is kept when it is harmless, so that both logs speak of the same request. */
const requestId = (given: string | string[] | undefined, now: () => Date): string =>
  typeof given === 'string' && /^[\w.-]{8,80}$/.test(given) ? given : newId('req', now())

const headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

const apiPolicy = `default-src 'none'; frame-ancestors 'none'`
const pagePolicy = `default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

function secureHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id })
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
  })
  app.addHook('onSend', async (request, reply) => {
    const page = String(reply.getHeader('content-type') ?? '').startsWith('text/html')
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', page ? pagePolicy : apiPolicy)
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}

function countStreams(metrics: Registry, count: () => number): void {
  const name = 'nexus_event_streams'
  metrics.removeSingleMetric(name)
  new Gauge({
    name,
    help: 'Event streams that are open.',
    registers: [metrics],
    collect() {
      this.set(count())
    },
  })
}

const reads = new Set(['GET', 'HEAD', 'OPTIONS'])

function refuseWork(app: FastifyInstance, refusal: () => NexusError | undefined): void {
  app.addHook('onRequest', async (request) => {
    if (reads.has(request.method)) return
    const why = refusal()
    if (why) throw why
  })
}

function measure(app: FastifyInstance, metrics: Registry): void {
  if (!metrics.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics({ register: metrics })
  const name = 'nexus_http_request_duration_seconds'
  metrics.removeSingleMetric(name)
  const duration = new Histogram({
    name,
    help: 'How long requests took, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
    const seconds = reply.elapsedTime / 1000
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds)
    request.log.info(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        seconds,
        actor: request.actor?.id,
      },
      'answered',
    )
  })
}
