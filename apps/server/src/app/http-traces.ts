import type { FastifyInstance, FastifyRequest } from 'fastify'
import { openSpan } from '../platform/tracing.ts'
import { anonymous } from './http-authentication.ts'

/** A span a request, around its verb. Whoever is signed in may have it below a span of their own (`traceparent`). */
export function traceRequests(app: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, NonNullable<ReturnType<typeof openSpan>>>()
  app.addHook('preHandler', (request, _reply, done) => {
    const given = request.headers['traceparent']
    const span = openSpan(
      `${request.method} ${request.routeOptions.url ?? 'no route'}`,
      { 'nexus.request': request.id, 'nexus.actor': request.actor.id },
      typeof given === 'string' && request.actor.id !== anonymous.id ? given : undefined,
    )
    if (!span) {
      done()
      return
    }
    spans.set(request, span)
    span.inside(done)
  })
  app.addHook('onResponse', async (request, reply) => {
    spans.get(request)?.end({ 'http.response.status_code': reply.statusCode }, reply.statusCode >= 500)
  })
}
