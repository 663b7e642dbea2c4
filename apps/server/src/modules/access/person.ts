import { z } from 'zod'
import { type Actor, grants, type Permission, type Role, roles } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'

export type PersonId = string & { readonly __brand: 'PersonId' }

export type Person = {
  readonly id: PersonId
  readonly name: string
  readonly email: string
  readonly roles: readonly Role[]
  readonly createdAt: Date
  readonly disabledAt: Date | undefined
}

const noControls = /^[^\p{Cc}\p{Cf}]+$/u

/** What a new person is made of. */
export const NewPerson = z.strictObject({
  name: z.string().trim().min(1).max(120).regex(noControls, 'A name holds no control characters.'),
  email: z.email().max(254),
  roles: z.array(z.enum(roles)).min(1, 'A person has at least one role.').max(roles.length),
})
export type NewPerson = z.infer<typeof NewPerson>

export const rolesInOrder = (given: readonly Role[]): readonly Role[] => roles.filter((each) => given.includes(each))

/** All that the roles grant together, in the order of the table. */
export const permissionsOfRoles = (given: readonly Role[]): readonly Permission[] => [
  ...new Set(given.flatMap((role) => grants[role])),
]

export const isActiveAdmin = (person: Person): boolean =>
  person.disabledAt === undefined && person.roles.includes('admin')

/** Who can own tickets in Provisioning Ops. */
export const canProvision = (person: Person): boolean =>
  person.disabledAt === undefined && (person.roles.includes('provisioning') || person.roles.includes('admin'))

/** A person as an actor; a narrowed token gives only what it names and its person still has. */
export function actorOf(person: Person, narrowed: readonly Permission[] | undefined): Actor {
  const granted = permissionsOfRoles(person.roles)
  const permissions = narrowed === undefined ? granted : granted.filter((each) => narrowed.includes(each))
  return { id: person.id, name: person.name, permissions }
}

export const personNotFound = (id: string) =>
  new NexusError('access.person_not_found', 'missing', `There is no person ${id}.`, {
    hint: 'nexusctl access people list',
  })

export const emailTaken = (email: string) =>
  new NexusError('access.email_taken', 'conflict', `There is a person with the address ${email} already.`, {
    hint: 'nexusctl access people list',
  })

export const lastAdmin = () =>
  new NexusError('access.last_admin', 'conflict', 'This is the last admin: without one nobody could give roles.', {
    hint: 'Make another person admin first.',
  })

export const signInRefused = () =>
  new NexusError('access.sign_in_refused', 'forbidden', 'This person is disabled and cannot sign in.', {
    hint: 'An admin can let them in again: nexusctl access person enable.',
  })
