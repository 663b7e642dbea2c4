import type { FastifyInstance } from 'fastify'
import { trouble } from '../common/web-service.ts'

const changing = ['POST', 'PUT', 'PATCH', 'DELETE']

/** Only the app may read answers in a browser, and only the app may change anything with a person's cookie. */
export function allowOnlyOrigin(app: FastifyInstance, appUrl: string): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'origin')
    if (origin === appUrl) {
      reply.header('access-control-allow-origin', appUrl).header('access-control-allow-credentials', 'true')
    } else if (origin !== undefined && changing.includes(request.method)) {
      return reply.code(403).send(trouble('origin.refused', 'This may be asked only from the app.'))
    }
    if (request.method !== 'OPTIONS') return
    if (origin === appUrl) {
      reply
        .header('access-control-allow-methods', 'GET, POST')
        .header('access-control-allow-headers', 'content-type')
        .header('access-control-max-age', '600')
    }
    return reply.code(204).send()
  })
}
