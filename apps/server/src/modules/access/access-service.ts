import { isDeepStrictEqual } from 'node:util'
import { type Actor, type Role, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import type { Place } from '../../platform/scope.ts'
import { type Reviewed, review } from './access-review.ts'
import { usesOf } from './access-review-store.ts'
import * as store from './access-store.ts'
import { admit, issue, type NewToken, shown } from './access-writing.ts'
import {
  type ApiToken,
  hashOf,
  type IssuedToken,
  isBootstrapText,
  isUsable,
  looksLikeToken,
  notSignedIn,
  tokenNotFound,
  tokenTooWide,
  usedNotedEverySeconds,
} from './api-token.ts'
import { endSessionsOf } from './browser-session-store.ts'
import { firstAdmin } from './first-admin.ts'
import {
  actorOf,
  canProvision,
  isActiveAdmin,
  type Limits,
  lastAdmin,
  limitsFor,
  type NewPerson,
  type Person,
  permissionsOfRoles,
  provisionsAt,
  rolesInOrder,
} from './person.ts'

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
      if (after.disabledAt && !before.disabledAt) {
        await store.revokeTokensOf(tx, before.id, at)
        await endSessionsOf(tx, before.id, at)
      }
      await recordAudit(tx, actor, { action, subject: id, before: shown(before), after: shown(after), at })
      return after
    })
  }

  return {
    authenticate,
    ...firstAdmin({ db, now }),

    createPerson: (actor: Actor, given: NewPerson): Promise<Person> => {
      requirePermission(actor, 'access.write')
      return db.inTransaction((tx) => admit(tx, actor, given, now()))
    },

    listPeople: (actor: Actor, page: Page): Promise<Person[]> => {
      requirePermission(actor, 'access.read')
      return store.listPeople(db, page)
    },

    /** Limits that are not named stay with the roles that stay: nobody gets more by an omission. */
    setRoles: (actor: Actor, id: string, wanted: { roles: readonly Role[]; limits?: Limits | undefined }) => {
      const roles = rolesInOrder(wanted.roles)
      return change(actor, id, 'person.roles_changed', (before) => {
        const kept = Object.fromEntries(roles.map((role) => [role, role === 'admin' ? undefined : before.limits[role]]))
        const limits = limitsFor(roles, wanted.limits ?? kept)
        const same = before.roles.join() === roles.join() && isDeepStrictEqual(before.limits, limits)
        return same ? before : { ...before, roles, limits }
      })
    },

    /** Their tokens and sessions end with them at once, and do not come back when they do. */
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

    /** Everybody with what lets them in, when it was last used, and what stands out (docs/guides/access.md). */
    async reviewAccess(
      actor: Actor,
      { staleDays, ...page }: Page & { readonly staleDays: number },
    ): Promise<Reviewed[]> {
      requirePermission(actor, 'access.read')
      const at = now()
      const people = await store.listPeople(db, page)
      const ids = people.map((each) => each.id)
      const [tokens, uses] = [await store.listWorkingTokens(db, ids, at), await usesOf(db, ids, at)]
      const unknown = { signsIn: false, openSessions: 0, lastUsedAt: undefined }
      return people.map((each) => {
        const own = tokens.filter(({ personId }) => personId === each.id)
        return review(each, own, uses.get(each.id) ?? unknown, staleDays, at)
      })
    },

    /** Those of them who are here and not disabled. */
    activePeople: async (ids: readonly string[]): Promise<ReadonlySet<string>> => store.activeAmong(db, ids),

    hasAddress: async (email: string): Promise<boolean> => (await store.findPersonByEmail(db, email)) !== undefined,

    findPerson: (id: string): Promise<Person> => store.findPerson(db, id),

    /** Who may own a ticket, and of where, in the order they came. */
    provisioners: async (): Promise<{ id: string; name: string; owns: (place: Place) => boolean }[]> =>
      (await store.listActivePeople(db))
        .filter(canProvision)
        .map((each) => ({ id: each.id, name: each.name, owns: (place) => provisionsAt(each, place) })),

    /** A request that was refused, for the trail; the caller bounds how many. */
    recordRefusal: ({ actor, code, method, route, address, leftOut }: Refused): Promise<void> =>
      db.inTransaction(async (tx) => {
        await recordAudit(tx, actor, {
          action: 'access.refused',
          subject: `${method} ${route}`,
          after: { code, address, leftOut },
          at: now(),
        })
      }),
  }
}

export type Access = ReturnType<typeof accessService>
