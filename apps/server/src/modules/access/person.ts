import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Actor, grants, type Permission, type Role, roles } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import { isInScope, type Place, type Scope } from '../../platform/scope.ts'

export type PersonId = string & { readonly __brand: 'PersonId' }

export type Limits = { readonly [role in Role]?: Scope | undefined }

export type Person = {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly roles: readonly Role[]
  /** Roles held for some regions, plans or customers only. */
  readonly limits: Limits
  readonly createdAt: Date
  readonly disabledAt: Date | undefined
}

const noControls = /^[^\p{Cc}\p{Cf}]+$/u

const names = z.array(z.string().trim().min(1).max(120).regex(noControls)).min(1).max(50).optional()
const ScopeShape = z
  .strictObject({ regions: names, plans: names, customers: names })
  .refine(
    (scope) => Object.values(scope).some((each) => each !== undefined),
    'A limit names a region, plan or customer.',
  )

/** `{"provisioning": {"regions": ["eu-1"]}}`: a customer is named as the organization of an order is. */
export const LimitsShape = z.partialRecord(z.enum(roles), ScopeShape)

/** What a new person is made of. */
export const NewPerson = z.strictObject({
  name: z.string().trim().min(1).max(120).regex(noControls, 'A name holds no control characters.'),
  email: z.email().max(254),
  roles: z.array(z.enum(roles)).min(1, 'A person has at least one role.').max(roles.length),
  limits: LimitsShape.optional(),
})
export type NewPerson = z.infer<typeof NewPerson>

export const rolesInOrder = (given: readonly Role[]): readonly Role[] => roles.filter((each) => given.includes(each))

/** All that the roles grant together, in the order of the table. */
export const permissionsOfRoles = (given: readonly Role[]): readonly Permission[] => [
  ...new Set(given.flatMap((role) => grants[role])),
]

export const isActiveAdmin = (person: Person): boolean =>
  person.disabledAt === undefined && person.roles.includes('admin')

/** The limits of roles that are held; refuses others. */
export function limitsFor(held: readonly Role[], given: Limits): Limits {
  const limited = roles.filter((role) => given[role] !== undefined)
  const without = limited.find((role) => !held.includes(role))
  if (without) throw limitWithoutRole(without)
  if (limited.includes('admin')) throw adminUnlimited()
  return Object.fromEntries(limited.map((role) => [role, given[role]]))
}

/** Which permissions are held within limits only: those that no unlimited role grants, too. */
export function limitsOf({ roles: held, limits }: Pick<Person, 'roles' | 'limits'>): NonNullable<Actor['limits']> {
  const found = permissionsOfRoles(held).map((permission) => {
    const granting = held.filter((role) => grants[role].includes(permission))
    const scopes = granting.flatMap((role) => limits[role] ?? [])
    const all = scopes.length === granting.length
    return [
      permission,
      all ? scopes.filter((each, at) => scopes.findIndex((one) => isDeepStrictEqual(one, each)) === at) : undefined,
    ] as const
  })
  return Object.fromEntries(found.filter(([, scopes]) => scopes !== undefined))
}

/** Whether a ticket there may be given to them. */
export const provisionsAt = (person: Person, place: Place): boolean =>
  canProvision(person) && (limitsOf(person)['orders.write'] ?? [{}]).some((scope) => isInScope(scope, place))

/** Who can own tickets in Provisioning Ops. */
export const canProvision = (person: Person): boolean =>
  person.disabledAt === undefined && (person.roles.includes('provisioning') || person.roles.includes('admin'))

/** A person as an actor; a narrowed token gives only what it names and its person still has. */
export function actorOf(person: Person, narrowed: readonly Permission[] | undefined): Actor {
  const granted = permissionsOfRoles(person.roles)
  const permissions = narrowed === undefined ? granted : granted.filter((each) => narrowed.includes(each))
  const limits = limitsOf(person)
  const limited = Object.keys(limits).length > 0
  return { id: person.id, name: person.name, permissions, ...(limited ? { limits } : {}) }
}

export const personNotFound = (id: string) =>
  new NexusError('access.person_not_found', 'missing', `There is no person ${id}.`, {
    hint: 'nexusctl access people list',
  })

export const emailTaken = (email: string) =>
  new NexusError('access.email_taken', 'conflict', `There is a person with the address ${email} already.`, {
    hint: 'nexusctl access people list',
  })

const limitWithoutRole = (role: Role) =>
  new NexusError('access.limit_without_role', 'invalid', `There is a limit for ${role}, a role the person has not.`, {
    hint: 'Give the role as well, or leave the limit out.',
  })

const adminUnlimited = () =>
  new NexusError('access.admin_unlimited', 'invalid', 'The role admin has no limits: whoever gives roles has all.', {
    hint: 'Give provisioning, platform or support with limits instead.',
  })

export const lastAdmin = () =>
  new NexusError('access.last_admin', 'conflict', 'This is the last admin: without one nobody could give roles.', {
    hint: 'Make another person admin first.',
  })

export const signInRefused = () =>
  new NexusError('access.sign_in_refused', 'forbidden', 'This person is disabled and cannot sign in.', {
    hint: 'An admin can let them in again: nexusctl access person enable.',
  })
