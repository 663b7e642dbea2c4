import type { Actor, Permission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import * as store from './access-store.ts'
import { type ApiToken, hashOf, type IssuedToken, newTokenText, type TokenId, usualDays } from './api-token.ts'
import { emailTaken, limitsFor, type NewPerson, type Person, type PersonId, rolesInOrder } from './person.ts'

export type NewToken = {
  readonly name: string
  /** Whose it is; the caller's own when left out. */
  readonly personId?: string | undefined
  readonly permissions?: readonly Permission[] | undefined
  readonly days?: number | undefined
}

/** A person as the trail shows them. */
export const shown = (person: Person) => ({
  name: person.name,
  email: person.email,
  roles: person.roles,
  limits: person.limits,
  disabled: person.disabledAt !== undefined,
})

/** A person comes in; part of a verb's transaction. */
export async function admit(tx: Tx, actor: Actor, given: NewPerson, at: Date): Promise<Person> {
  const { name, email } = given
  const id = newId('per', at) as PersonId
  const roles = rolesInOrder(given.roles)
  const limits = limitsFor(roles, given.limits ?? {})
  const person: Person = { id, name, email, roles, limits, createdAt: at, disabledAt: undefined }
  if (!(await store.addPerson(tx, person, actor.id))) throw emailTaken(email)
  await recordAudit(tx, actor, { action: 'person.created', subject: id, after: shown(person), at })
  return person
}

/** A token is made for a person; part of a verb's transaction. */
export async function issue(tx: Tx, actor: Actor, person: Person, wanted: NewToken, at: Date): Promise<IssuedToken> {
  const text = newTokenText()
  const token: ApiToken = {
    id: newId('tok', at) as TokenId,
    personId: person.id,
    name: wanted.name,
    permissions: wanted.permissions,
    createdAt: at,
    expiresAt: addSeconds(at, (wanted.days ?? usualDays) * 86_400),
    lastUsedAt: undefined,
    revokedAt: undefined,
  }
  await store.addToken(tx, token, hashOf(text), actor.id)
  const { name, personId, permissions, expiresAt } = token
  await recordAudit(tx, actor, {
    action: 'token.created',
    subject: token.id,
    after: { name, personId, permissions, expiresAt },
    at,
  })
  return { token, text }
}
