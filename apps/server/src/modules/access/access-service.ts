import { type Actor, type Permission, type Role, requirePermission, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import * as store from './access-store.ts'
import {
  type ApiToken,
  bootstrapOver,
  bootstrapSeconds,
  hashOf,
  type IssuedToken,
  isBootstrapText,
  isUsable,
  looksLikeToken,
  newBootstrapText,
  newTokenText,
  notSignedIn,
  type TokenId,
  tokenNotFound,
  tokenTooWide,
  usedNotedEverySeconds,
  usualDays,
} from './api-token.ts'
import {
  actorOf,
  canProvision,
  emailTaken,
  isActiveAdmin,
  lastAdmin,
  type NewPerson,
  type Person,
  type PersonId,
  permissionsOfRoles,
  rolesInOrder,
} from './person.ts'

export type NewToken = {
  readonly name: string
  /** Whose it is; the caller's own when left out. */
  readonly personId?: string | undefined
  readonly permissions?: readonly Permission[] | undefined
  readonly days?: number | undefined
}

export type Refused = {
  readonly actor: Actor
  readonly code: string
  readonly method: string
  readonly route: string
  readonly address: string
  readonly leftOut: number
}

export type Page = { readonly limit: number; readonly after?: string | undefined }

const bootstrapActor: Actor = { id: 'bootstrap', name: 'the bootstrap token', permissions: ['access.bootstrap'] }

const shown = (person: Person) => ({
  name: person.name,
  email: person.email,
  roles: person.roles,
  disabled: person.disabledAt !== undefined,
})

export const accessService = ({ db, now }: { readonly db: Database; readonly now: () => Date }) => {
  /** Who owns a token. One answer for every reason why not. */
  async function authenticate(text: string): Promise<Actor> {
    if (!looksLikeToken(text)) throw notSignedIn()
    const at = now()
    if (isBootstrapText(text)) {
      if (await store.isBootstrapUsable(db, hashOf(text), at)) return bootstrapActor
      throw notSignedIn()
    }
    const found = await store.findByHash(db, hashOf(text))
    if (!found || !isUsable(found.token, at) || found.person.disabledAt !== undefined) throw notSignedIn()
    const quietSince = addSeconds(at, -usedNotedEverySeconds)
    const { lastUsedAt } = found.token
    if (lastUsedAt === undefined || lastUsedAt <= quietSince) await store.noteUse(db, found.token.id, at, quietSince)
    return actorOf(found.person, found.token.permissions)
  }

  /**
   * The token for the first admin, as text for a terminal or a 0600 file, or undefined when there is an admin.
   * `rescue` gives one all the same: only for someone at the machine itself who lost every admin token.
   */
  async function bootstrap({ rescue = false }: { rescue?: boolean } = {}): Promise<string | undefined> {
    return db.inTransaction(async (tx) => {
      await store.lockAdmins(tx)
      if (!rescue && (await store.countActiveAdmins(tx)) > 0) return undefined
      const at = now()
      const text = newBootstrapText()
      await store.replaceBootstrap(tx, hashOf(text), at, addSeconds(at, bootstrapSeconds))
      await recordAudit(tx, systemActor('start'), {
        action: rescue ? 'access.rescued' : 'access.bootstrapped',
        subject: 'access',
        at,
      })
      return text
    })
  }

  /** Ends the bootstrap token and makes the first admin with a token of theirs, both or neither. */
  async function createFirstAdmin(actor: Actor, { name, email }: { name: string; email: string }) {
    requirePermission(actor, 'access.bootstrap')
    return db.inTransaction(async (tx) => {
      await store.lockAdmins(tx)
      const at = now()
      if (!(await store.useBootstrap(tx, at))) throw bootstrapOver()
      const person = await admitAdmin(tx, actor, { name, email }, at)
      const issued = await issue(tx, actor, person, { name: 'first token' }, at)
      return { person, ...issued }
    })
  }

  /** After a rescue the address may belong to someone already: they become admin (again). */
  async function admitAdmin(tx: Tx, actor: Actor, given: { name: string; email: string }, at: Date): Promise<Person> {
    const known = await store.findPersonByEmail(tx, given.email)
    if (!known) return add(tx, actor, { ...given, roles: ['admin'] }, at)
    const after: Person = { ...known, roles: rolesInOrder([...known.roles, 'admin']), disabledAt: undefined }
    await store.savePerson(tx, after)
    await recordAudit(tx, actor, {
      action: 'person.made_admin',
      subject: known.id,
      before: shown(known),
      after: shown(after),
      at,
    })
    return after
  }

  async function add(tx: Tx, actor: Actor, given: NewPerson, at: Date): Promise<Person> {
    const { name, email } = given
    const id = newId('per', at) as PersonId
    const person: Person = { id, name, email, roles: rolesInOrder(given.roles), createdAt: at, disabledAt: undefined }
    if (!(await store.addPerson(tx, person, actor.id))) throw emailTaken(email)
    await recordAudit(tx, actor, { action: 'person.created', subject: id, after: shown(person), at })
    return person
  }

  async function issue(tx: Tx, actor: Actor, person: Person, wanted: NewToken, at: Date): Promise<IssuedToken> {
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

  async function change(
    actor: Actor,
    id: string,
    action: string,
    to: (before: Person, at: Date) => Person,
  ): Promise<Person> {
    requirePermission(actor, 'access.write')
    return db.inTransaction(async (tx) => {
      await store.lockAdmins(tx)
      const before = await store.lockPerson(tx, id)
      const at = now()
      const after = to(before, at)
      if (after === before) return before
      if (isActiveAdmin(before) && !isActiveAdmin(after) && (await store.countActiveAdmins(tx)) === 1) throw lastAdmin()
      await store.savePerson(tx, after)
      await recordAudit(tx, actor, { action, subject: id, before: shown(before), after: shown(after), at })
      return after
    })
  }

  return {
    authenticate,
    bootstrap,
    createFirstAdmin,

    createPerson: (actor: Actor, given: NewPerson): Promise<Person> => {
      requirePermission(actor, 'access.write')
      return db.inTransaction((tx) => add(tx, actor, given, now()))
    },

    listPeople: (actor: Actor, page: Page): Promise<Person[]> => {
      requirePermission(actor, 'access.read')
      return store.listPeople(db, page)
    },

    setRoles: (actor: Actor, id: string, wanted: readonly Role[]): Promise<Person> => {
      const after = rolesInOrder(wanted)
      return change(actor, id, 'person.roles_changed', (before) =>
        before.roles.join() === after.join() ? before : { ...before, roles: after },
      )
    },

    /** Their tokens end with them at once. */
    disablePerson: (actor: Actor, id: string): Promise<Person> =>
      change(actor, id, 'person.disabled', (before, at) =>
        before.disabledAt ? before : { ...before, disabledAt: at },
      ),

    enablePerson: (actor: Actor, id: string): Promise<Person> =>
      change(actor, id, 'person.enabled', (before) =>
        before.disabledAt ? { ...before, disabledAt: undefined } : before,
      ),

    /** For oneself with what one has; for others by an admin. Never wider than its maker. */
    async createToken(actor: Actor, wanted: NewToken): Promise<IssuedToken> {
      const personId = wanted.personId ?? actor.id
      if (personId !== actor.id) requirePermission(actor, 'access.write')
      return db.inTransaction(async (tx) => {
        const person = await store.lockPerson(tx, personId)
        const granted = permissionsOfRoles(person.roles)
        const asked = wanted.permissions ?? granted
        const missing = asked.filter((each) => !actor.permissions.includes(each))
        if (missing.length > 0 && wanted.permissions) throw tokenTooWide(missing)
        const narrowed = missing.length > 0 ? asked.filter((each) => !missing.includes(each)) : wanted.permissions
        return issue(tx, actor, person, { ...wanted, permissions: narrowed }, now())
      })
    },

    /** Everyone's for who may read access, one's own otherwise. */
    listTokens: (actor: Actor, page: Page & { readonly personId?: string | undefined }): Promise<ApiToken[]> => {
      if (page.personId !== actor.id) requirePermission(actor, 'access.read')
      return store.listTokens(db, page)
    },

    async revokeToken(actor: Actor, id: string): Promise<ApiToken> {
      return db.inTransaction(async (tx) => {
        const before = await store.lockToken(tx, id)
        if (before.personId !== actor.id && !actor.permissions.includes('access.write')) throw tokenNotFound(id)
        if (before.revokedAt) return before
        const after: ApiToken = { ...before, revokedAt: now() }
        await store.saveRevoked(tx, after)
        await recordAudit(tx, actor, {
          action: 'token.revoked',
          subject: id,
          after: { personId: before.personId },
          at: now(),
        })
        return after
      })
    },

    findPerson: (id: string): Promise<Person> => store.findPerson(db, id),

    /** Who may own a ticket, in the order they came. */
    provisioners: async (): Promise<Person[]> => (await store.listActivePeople(db)).filter(canProvision),

    /** A request that was refused, for the trail; the caller bounds how many. */
    recordRefusal: ({ actor, code, method, route, address, leftOut }: Refused): Promise<void> =>
      db.inTransaction((tx) =>
        recordAudit(tx, actor, {
          action: 'access.refused',
          subject: `${method} ${route}`,
          after: { code, address, leftOut },
          at: now(),
        }),
      ),
  }
}

export type Access = ReturnType<typeof accessService>
