import Fastify, { type FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export type ServiceFacts = {
  readonly name: string
  readonly logLevel: string
}

/**
 * One web server as all three services want it: JSON log lines without query strings, headers or bodies (they carry
 * codes, cookies and keys), metrics, plain errors as JSON.
 */
export function webService({ name, logLevel }: ServiceFacts): FastifyInstance {
  const app = Fastify({
    trustProxy: ['127.0.0.1', '::1'],
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    logger: {
      level: logLevel,
      base: { service: name },
      serializers: {
        req: (request) => ({ method: request.method, path: (request.url ?? '').split('?')[0], ip: request.ip }),
        res: (reply) => ({ status: reply.statusCode }),
        err: (error) => ({ type: error.name, message: error.message, stack: error.stack ?? '' }),
      },
    },
  })
  addMetrics(app, name)
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(trouble('page.not_found', 'There is nothing here.')),
  )
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>(async (error, request, reply) => {
    const status = error.statusCode ?? (comesFromAwayDatabase(error.code) ? 503 : 500)
    if (status < 500) return reply.code(status).send(trouble('request.invalid', error.message))
    request.log.error({ err: error }, 'request failed')
    return status === 503
      ? reply
          .code(503)
          .header('retry-after', '5')
          .send(trouble('database.unavailable', 'The database is away. Try again soon.'))
      : reply.code(status).send(trouble('service.failed', 'Something went wrong here. It has been logged.'))
  })
  return app
}

/** No connection (from the system), or a server that starts, stops or is full (SQLSTATE classes 08, 53 and 57P). */
const comesFromAwayDatabase = (code = '') => /^(ECONNREFUSED|ECONNRESET|ENOENT|ETIMEDOUT|08...|53...|57P..)$/.test(code)

export const trouble = (code: string, message: string) => ({ code, message })

function addMetrics(app: FastifyInstance, service: string): void {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long an answer took',
    labelNames,
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    }
    requests.inc(labels)
    durations.observe(labels, reply.elapsedTime / 1000)
  })
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}

/** Listens until SIGTERM or SIGINT, then answers what is under way, closes what idles, and ends. */
export async function listenUntilStopped(app: FastifyInstance, host: string, port: number): Promise<void> {
  const stop = (signal: string) => {
    app.log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), 10_000).unref()
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await app.listen({ host, port })
}
