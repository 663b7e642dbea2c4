import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grants, type Role, roles } from '../platform/actor.ts'
import { NexusError } from '../platform/errors.ts'
import { consoleDoor } from './console-door.ts'
import { describedPlugins, notCalled } from './generate-client.ts'
import { createHttp } from './http.ts'
import { type DeclaredRoute, permissionsOf } from './http-permissions.ts'
import type { PluginDeps } from './plugins.ts'

/** What anybody may ask without saying who they are. A new line here is a door to the street: think twice. */
const toEveryone = [
  'GET /',
  'GET /api/v1/sign-in',
  'GET /api/v1/trail/key',
  'GET /assets/*',
  'GET /health',
  'POST /hooks/pulse',
  'GET /metrics',
  'GET /openapi.json',
  'GET /orders',
  'GET /orders/:ticket',
  'GET /ready',
  'GET /sign-in',
  'GET /sign-in/callback',
]

/** What is about all customers at once, so that limits have no meaning for it. docs/guides/access.md says why of each. */
const takesWholeGrant = [
  'POST /api/v1/access/bootstrap',
  'GET /api/v1/access/review',
  'POST /api/v1/contacts/erase',
  'POST /api/v1/contacts/find',
  'POST /api/v1/master-key/rotate',
  'GET /api/v1/people',
  'POST /api/v1/people',
  'PUT /api/v1/people/:personId/disable',
  'PUT /api/v1/people/:personId/enable',
  'DELETE /api/v1/people/:personId/login',
  'PUT /api/v1/people/:personId/roles',
  'POST /api/v1/releases',
  'POST /api/v1/trail/bundles',
  'POST /api/v1/trail/checkpoint',
  'GET /api/v1/trail/checkpoints',
  'GET /api/v1/trail/consistency',
  'GET /api/v1/trail/entries/:entry/proof',
  'POST /api/v1/trail/exports',
  'GET /api/v1/trail/exports/:exportId',
  'POST /api/v1/trail/key/rotate',
  'POST /api/v1/trail/restores',
  'GET /api/v1/trail/verify',
]

let app: FastifyInstance
let routes: readonly DeclaredRoute[]
beforeAll(async () => {
  const { plugins, doors } = describedPlugins([`whsec_${randomBytes(32).toString('base64')}`])
  app = createHttp({
    db: notCalled<PluginDeps['db']>(),
    access: {
      authenticate: async (token) => {
        const [word, limited] = token.split('.')
        const role = roles.find((each): each is Role => each === word)
        if (role && limited) {
          const limits = Object.fromEntries(grants[role].map((each) => [each, [{ regions: ['lab-1'] }]]))
          return { id: `per_${role}`, name: role, permissions: grants[role], limits }
        }
        if (!role) throw new NexusError('access.unauthenticated', 'unauthenticated', 'Not known.')
        return { id: `per_${role}`, name: role, permissions: grants[role] }
      },
      recordRefusal: async () => {},
    },
    log: pino({ level: 'silent' }),
    now: () => new Date(0),
    plugins,
    doors: [...doors, consoleDoor()],
    ready: async () => [],
    metrics: new Registry(),
    idempotency: notCalled(),
    limits: { perMinute: 100_000, refusalsPerMinute: 100_000 },
  })
  await app.ready()
  routes = permissionsOf(app).filter(({ method, path }) => method !== 'HEAD' && !path.startsWith('/docs'))
})
afterAll(() => app.close())

const ask = async ({ method, path }: DeclaredRoute, token?: string) => {
  const { statusCode } = await app.inject({
    method: method as 'GET',
    url: path.replace(/:\w+/g, 'none'),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: {} }),
  })
  return statusCode
}
const named = ({ method, path }: DeclaredRoute) => `${method} ${path}`

describe('every route of the whole server', () => {
  test('is open to everyone only when it is named here', () => {
    expect(routes.length).toBeGreaterThan(90)
    expect(routes.filter((each) => each.permission === 'public').map(named)).toEqual(toEveryone)
  })

  test('that is not open answers 401 to whoever does not say who they are', async () => {
    const wrong: string[] = []
    for (const route of routes.filter((each) => each.permission !== 'public')) {
      if ((await ask(route)) !== 401) wrong.push(named(route))
    }

    expect(wrong).toEqual([])
  })

  test('says what a grant limited to a region, plan or customer is worth there', () => {
    expect(routes.filter((each) => each.scope === undefined).map(named)).toEqual([])
    // A way around limits: think twice. One's own tokens, sessions and name, and nothing of a customer.
    expect(routes.filter((each) => each.scope === 'free' && each.permission !== 'public').map(named)).toEqual([
      'GET /api/v1/sessions',
      'DELETE /api/v1/sessions/:sessionId',
      'POST /api/v1/sign-out',
      'GET /api/v1/tokens',
      'POST /api/v1/tokens',
      'DELETE /api/v1/tokens/:tokenId',
      'GET /api/v1/whoami',
    ])
    expect(routes.filter((each) => each.scope === 'whole').map(named)).toEqual(takesWholeGrant)
    expect(routes.filter((each) => each.scope === 'rows').length).toBeGreaterThan(60)
  })

  test.each(roles)('that takes a grant without limits is refused to a limited %s', async (role) => {
    const wrong: string[] = []
    for (const route of routes.filter(({ permission }) => grants[role].some((each) => each === permission))) {
      const status = await ask(route, `${role}.limited`)
      if ((status === 403) !== (route.scope === 'whole')) wrong.push(`${named(route)} (${route.scope}): ${status}`)
    }

    expect(wrong).toEqual([])
  })

  // Nothing is behind the routes: whoever passes gets another answer, but 403 is for who may not.
  test.each(roles)('is passed by the role %s exactly where its permissions say so', async (role) => {
    const wrong: string[] = []
    for (const route of routes.filter((each) => each.permission !== 'public')) {
      const { permission } = route
      const may = permission === 'signed-in' || grants[role].some((each) => each === permission)
      const status = await ask(route, role)
      if ((status !== 403) !== may || status === 401) wrong.push(`${named(route)} (${permission}): ${status}`)
    }

    expect(wrong).toEqual([])
  })
})
