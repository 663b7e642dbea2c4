import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { NexusError } from '../platform/errors.ts'
import type { RoutePermission, Routes, ScopeRule } from '../platform/http-types.ts'
import { scopeRuleOf } from './http-scope.ts'

export type DeclaredRoute = {
  readonly method: string
  readonly path: string
  readonly permission: RoutePermission | undefined
  readonly scope: ScopeRule | undefined
}

const declared = new WeakMap<FastifyInstance, DeclaredRoute[]>()

/** Every route of an app with what it asks for, sorted: the one list that docs and tests are made from. */
export const permissionsOf = (app: FastifyInstance): readonly DeclaredRoute[] =>
  [...(declared.get(app) ?? [])].sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))

/** Keeps the list, and stops the start when a route does not say who may call it. */
export function requireDeclarations(app: FastifyInstance): void {
  const routes: DeclaredRoute[] = []
  declared.set(app, routes)
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      routes.push({
        method,
        path: route.url,
        get permission() {
          return route.config?.permission
        },
        get scope() {
          return scopeRuleOf(route.config ?? {})
        },
      })
    }
  })
  app.addHook('onReady', async () => {
    const silent = routes.filter((each) => each.permission === undefined)
    if (silent.length === 0) return
    const named = silent.map((each) => `${each.method} ${each.path}`).join(', ')
    throw new NexusError('http.undeclared_route', 'bug', `These routes do not declare a permission: ${named}.`, {
      hint: "Give each of them config: { permission: 'orders.read' }, or 'public'.",
    })
  })
}

/** For plugins that serve files and cannot declare anything themselves: what they may be asked (GET) is public. */
export const publicFiles =
  (files: FastifyPluginAsync | Routes): Routes =>
  async (app) => {
    app.addHook('onRoute', (route) => {
      if ([route.method].flat().every((each) => each === 'GET' || each === 'HEAD'))
        route.config = { permission: 'public', ...route.config }
    })
    await app.register(files)
  }
