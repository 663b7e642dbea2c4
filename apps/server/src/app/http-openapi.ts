import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { takesIdempotencyKeys } from './http-idempotency.ts'
import { publicFiles } from './http-permissions.ts'
import { ProblemView } from './http-problems.ts'

export type OpenApi = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, object>>
  readonly components: Readonly<Record<string, object>>
}

const refused = {
  description: 'What went wrong, and what to do.',
  content: { 'application/problem+json': { schema: ProblemView } },
}

const IdempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The same key with the same body is answered as it was the first time, for a day.' }),
})

/** The description is made from the routes; registered before them. */
export function describeRoutes(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nexus',
        version,
        description: 'From a paid order to a live customer instance, and every release, alert and recovery after it.',
        license: { name: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token: nxt_...' } },
      },
    },
    transform: (given) => {
      const { permission } = given.route.config ?? {}
      if (!given.schema?.operationId) return { schema: { hide: true }, url: given.url }
      const open = permission === 'public'
      const keyed = [given.route.method].flat().some((method) => takesIdempotencyKeys(method, given.route.config ?? {}))
      return jsonSchemaTransform({
        ...given,
        schema: {
          ...(keyed ? { headers: IdempotencyHeaders } : {}),
          ...given.schema,
          response: { ...((given.schema.response as object | undefined) ?? {}), default: refused },
          ...(open ? {} : { security: [{ token: [] }], 'x-permission': permission }),
        },
      })
    },
    transformObject: jsonSchemaTransformObject,
  })
}

/** The reference page at /docs: its files come from this server, nothing from elsewhere. */
export function serveReference(app: FastifyInstance): void {
  app.register(
    publicFiles(async (scope: FastifyInstance) => {
      await scope.register(swaggerUi, {
        routePrefix: '/docs',
        staticCSP: `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'`,
        theme: { title: 'Nexus API' },
        uiConfig: { docExpansion: 'none', deepLinking: true, validatorUrl: null, persistAuthorization: false },
      })
    }),
  )
}

/** OpenAPI 3.1 of an app, in an order that does not depend on who registered first. */
export async function openApiOf(app: FastifyInstance): Promise<OpenApi> {
  await app.ready()
  return sorted(app)
}

export function sorted(app: FastifyInstance): OpenApi {
  // The plugin answers either of two formats; which one was settled in describeRoutes.
  const found = app.swagger() as Partial<OpenApi>
  const components = Object.entries(found.components ?? {}).map(([word, each]) => [word, byKey(each)] as const)
  return {
    ...found,
    openapi: found.openapi ?? '3.1.0',
    paths: byKey(found.paths ?? {}),
    components: Object.fromEntries(components),
  }
}

const byKey = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) as T
