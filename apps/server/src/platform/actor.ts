import { NexusError } from './errors.ts'
import { insideScopes, type Scope } from './scope.ts'

export const roles = ['sales', 'provisioning', 'platform', 'iam', 'support', 'viewer', 'auditor', 'admin'] as const
export type Role = (typeof roles)[number]

export const permissions = [
  'orders.read',
  'orders.write',
  'orders.sell',
  'hosts.read',
  'hosts.write',
  'hosts.exec',
  'hosts.logs',
  'hosts.transcripts',
  'instances.read',
  'instances.write',
  'secrets.read',
  'secrets.write',
  'secrets.master',
  'identity.read',
  'identity.write',
  'notices.read',
  'notices.write',
  'checks.read',
  'checks.attest',
  'runs.read',
  'runs.write',
  'contacts.erase',
  'approvals.read',
  'approvals.decide',
  'trail.read',
  'trail.write',
  'trail.export',
  'access.read',
  'access.write',
  'access.bootstrap',
] as const
export type Permission = (typeof permissions)[number]

const reads = permissions.filter((each) => each.endsWith('.read') && each !== 'secrets.read' && each !== 'access.read')

/** Who may do what: S0-09..13 and viewer, auditor, admin. docs/reference/permissions.md is drawn from this table. */
export const grants: Record<Role, readonly Permission[]> = {
  sales: [...reads, 'orders.sell'],
  provisioning: [
    ...reads,
    'orders.sell',
    'orders.write',
    'hosts.write',
    'hosts.logs',
    'runs.write',
    'checks.attest',
    'approvals.decide',
    'contacts.erase',
  ],
  platform: [
    ...reads,
    'instances.write',
    'hosts.write',
    'hosts.exec',
    'hosts.logs',
    'secrets.read',
    'secrets.write',
    'runs.write',
    'checks.attest',
    'approvals.decide',
    'contacts.erase',
    'trail.write',
    'trail.export',
  ],
  iam: [...reads, 'identity.write', 'access.read', 'approvals.decide'],
  support: [...reads, 'hosts.logs', 'notices.write', 'checks.attest', 'approvals.decide'],
  viewer: reads,
  auditor: [...reads, 'hosts.transcripts', 'access.read', 'secrets.read', 'trail.export'],
  admin: permissions.filter((each) => each !== 'access.bootstrap'),
}

/** Whoever acts: a person by a token, or a flow on behalf of whoever started it. Both are in the trail. */
export type Actor = {
  readonly id: string
  readonly name: string
  readonly permissions: readonly Permission[]
  /** Permissions that are held for some regions, plans or customers only: one of the scopes has to hold. */
  readonly limits?: Partial<Record<Permission, readonly Scope[]>>
  readonly onBehalfOf?: string
}

/** A flow acts as `system:<flow>`; what it may do was decided when it was started. */
export const systemActor = (flow: string, onBehalfOf?: string): Actor => ({
  id: `system:${flow}`,
  name: `system:${flow}`,
  permissions: permissions.filter((each) => each !== 'access.bootstrap'),
  ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
})

export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.permissions.includes(permission)) return
  throw new NexusError('access.forbidden', 'forbidden', `${actor.name} may not do this: it takes ${permission}.`, {
    hint: 'Ask an admin for a role that has it: docs/reference/permissions.md lists them.',
  })
}

/** What an act asks that takes a second permission: within the limits of that one. */
export function insideGrant<T>(actor: Actor, permission: Permission, work: () => T): T {
  const limits = actor.limits?.[permission]
  return limits === undefined ? work() : insideScopes(limits, work)
}
