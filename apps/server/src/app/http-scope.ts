import type { FastifyContextConfig, FastifyInstance } from 'fastify'
import type { Actor, Permission } from '../platform/actor.ts'
import { NexusError } from '../platform/errors.ts'
import type { ScopeRule } from '../platform/http-types.ts'
import { insideScopes, type Scope } from '../platform/scope.ts'

/**
 * What a limited grant of each permission is worth. Where rows tell of what they are, the database holds every question
 * to the limits; what concerns all customers at once takes a grant without limits.
 */
const ruleOf: Readonly<Record<Permission, ScopeRule>> = {
  'orders.read': 'rows',
  'orders.write': 'rows',
  'orders.sell': 'rows',
  'hosts.read': 'rows',
  'hosts.write': 'rows',
  'hosts.exec': 'rows',
  'hosts.logs': 'rows',
  'hosts.transcripts': 'rows',
  'instances.read': 'rows',
  'instances.write': 'rows',
  'secrets.read': 'rows',
  'secrets.write': 'rows',
  'secrets.master': 'whole',
  'identity.read': 'rows',
  'identity.write': 'rows',
  'notices.read': 'rows',
  'notices.write': 'rows',
  'checks.read': 'rows',
  'checks.attest': 'rows',
  'runs.read': 'rows',
  'runs.write': 'rows',
  'contacts.erase': 'whole',
  'approvals.read': 'rows',
  'approvals.decide': 'rows',
  'trail.read': 'rows',
  'trail.write': 'whole',
  'trail.export': 'whole',
  'access.read': 'whole',
  'access.write': 'whole',
  'access.bootstrap': 'whole',
}

/** A route's own word, or that of its permission. Undefined where it declares neither. */
export function scopeRuleOf({ permission, scope }: FastifyContextConfig): ScopeRule | undefined {
  if (scope !== undefined || permission === undefined) return scope
  return permission === 'public' || permission === 'signed-in' ? 'free' : ruleOf[permission]
}

/** The limits under which an actor passes a route; undefined where there are none. */
export function scopesAt({ permission }: FastifyContextConfig, actor: Actor): readonly Scope[] | undefined {
  if (permission === undefined || permission === 'public' || permission === 'signed-in') return undefined
  return actor.limits?.[permission]
}

/**
 * The one place where limits of grants hold for every route: what it asks of the database from here on is asked within
 * them. After the body was read, since reading it leaves the context of the request.
 */
export function holdToScopes(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { config } = request.routeOptions
    const scopes = request.is404 ? undefined : scopesAt(config, request.actor)
    const rule = scopeRuleOf(config)
    if (scopes === undefined || rule === 'free') done()
    else if (rule === 'rows') insideScopes(scopes, done)
    else done(takesWhole(request.actor))
  })
}

const takesWhole = (actor: Actor) =>
  new NexusError('access.limited_grant', 'forbidden', `${actor.name} has this only within limits, and it knows none.`, {
    hint: 'Ask an admin for a role without limits: nexusctl access whoami shows yours.',
  })
