import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Gauge, type Registry } from 'prom-client'
import { NexusError } from '../platform/errors.ts'
import { waitingLine } from '../platform/waiting-line.ts'

export type OverloadLimits = {
  readonly atOnce: number
  readonly waiting: number
  readonly waitSeconds: number
  /** Mean delay of the event loop over five seconds above which nothing new is begun; one hiccup is no overload. */
  readonly loopDelayMs: number
}

export const overloadLimits: OverloadLimits = { atOnce: 64, waiting: 2000, waitSeconds: 20, loopDelayMs: 3000 }

/**
 * Nobody waits for an answer that does not come: so many requests are worked on at once, so many wait, and the rest are
 * told when to come again (503, Retry-After). Routes with `config: { urgent: true }` are answered under any load.
 * Answers how a request leaves early: an event stream would hold its place for a quarter of an hour.
 */
export function boundLoad(app: FastifyInstance, metrics: Registry, limits: OverloadLimits = overloadLimits) {
  const { heap_size_limit } = getHeapStatistics()
  const line = waitingLine(limits, busy)
  const places = new WeakMap<FastifyRequest, () => void>()
  const leave = (request: FastifyRequest) => places.get(request)?.()

  app.register(underPressure, {
    sampleInterval: 5000,
    maxEventLoopDelay: limits.loopDelayMs,
    maxHeapUsedBytes: heap_size_limit * 0.9,
    // The hook below asks; this one only keeps the plugin from answering by itself, after the token was looked up.
    pressureHandler: () => {},
  })
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.urgent === true) return
    if (app.isUnderPressure()) throw overloaded()
    places.set(request, await line.enter())
    if (request.raw.destroyed) leave(request)
  })
  app.addHook('onResponse', async (request) => leave(request))
  app.addHook('onRequestAbort', async (request) => leave(request))

  const name = 'nexus_http_requests'
  metrics.removeSingleMetric(name)
  new Gauge({
    name,
    help: 'Requests that are worked on or wait for their turn.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      this.set({ state: 'working' }, line.inside())
      this.set({ state: 'waiting' }, line.waiting())
    },
  })
  return { leave }
}

const busy = () =>
  Object.assign(
    new NexusError('http.busy', 'unavailable', 'More requests wait than this node works off in time.', {
      hint: 'Send it again after the seconds of Retry-After; webhooks are taken whenever they come again.',
    }),
    { retryAfterSeconds: 10 },
  )

const overloaded = () =>
  Object.assign(
    new NexusError('http.overloaded', 'unavailable', 'This node is short of memory or of time to think.', {
      hint: 'Send it again after the seconds of Retry-After; /metrics shows what it is busy with.',
    }),
    { retryAfterSeconds: 10 },
  )
