import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { newId, newSecret } from '../../platform/ids.ts'
import { findPerson, findPersonByEmail, lockPerson } from './access-store.ts'
import { hashOf, usedNotedEverySeconds } from './api-token.ts'
import {
  attemptOver,
  csrfOf,
  isCsrfOf,
  isSessionUsable,
  looksLikeSession,
  newSessionText,
  otherAccount,
  proofOf,
  type Session,
  type SessionId,
  type SessionTimes,
  type SignInProof,
  sessionNotFound,
  sessionOver,
  signInOff,
  signInUnknown,
} from './browser-session.ts'
import * as store from './browser-session-store.ts'
import { actorOf, type Person, signInRefused } from './person.ts'

/** Who the identity provider says it is. */
export type ProvenAccount = {
  readonly issuer: string
  readonly subject: string
  readonly email: string
  readonly emailVerified: boolean
}

/** The identity provider of our own people, reached by the authorization code flow with PKCE. */
export type SignInProvider = {
  /** How people call it. */
  readonly name: string
  /** Where the browser is sent. */
  readonly begin: (proof: SignInProof) => Promise<string>
  /** From what the browser came back with: the account, or a refusal. */
  readonly finish: (query: URLSearchParams, proof: SignInProof) => Promise<ProvenAccount>
}

export type SignInDeps = {
  readonly db: Database
  readonly now: () => Date
  readonly times: SessionTimes
  readonly provider?: SignInProvider | undefined
}

export type CurrentSession = { readonly actor: Actor; readonly session: Session; readonly csrf: string }

export const signIn = ({ db, now, times, provider }: SignInDeps) => {
  function providerHere(): SignInProvider {
    if (!provider) throw signInOff()
    return provider
  }

  /** Who a browser belongs to. One answer for every reason why not. */
  async function authenticateSession(text: string): Promise<CurrentSession> {
    if (!looksLikeSession(text)) throw sessionOver()
    const at = now()
    const session = await store.findSessionByHash(db, hashOf(text))
    if (!session || !isSessionUsable(session, at, times)) throw sessionOver()
    const person = await findPerson(db, session.personId)
    if (person.disabledAt !== undefined) throw sessionOver()
    const quietSince = addSeconds(at, -usedNotedEverySeconds)
    if (session.lastUsedAt <= quietSince) await store.noteSessionUse(db, session.id, at, quietSince)
    return { actor: actorOf(person, undefined), session, csrf: csrfOf(text) }
  }

  /** By the account known from before; the first time by the address, when the provider has verified it. */
  async function personOf(tx: Tx, { issuer, subject, email, emailVerified }: ProvenAccount): Promise<Person> {
    const known = await store.findPersonOfLogin(tx, issuer, subject)
    if (known) return lockPerson(tx, known)
    const named = emailVerified ? await findPersonByEmail(tx, email) : undefined
    if (!named) throw signInUnknown()
    if (named.disabledAt) throw signInRefused()
    if (!(await store.addLogin(tx, issuer, subject, named.id, now()))) throw otherAccount()
    await recordAudit(tx, actorOf(named, []), {
      action: 'person.linked',
      subject: named.id,
      after: { issuer, subject },
      at: now(),
    })
    return named
  }

  async function open(account: ProvenAccount, address: string): Promise<{ text: string; session: Session }> {
    return db.inTransaction(async (tx) => {
      const person = await personOf(tx, account)
      if (person.disabledAt) throw signInRefused()
      const at = now()
      const text = newSessionText()
      const session: Session = {
        id: newId('ses', at) as SessionId,
        personId: person.id,
        address,
        createdAt: at,
        expiresAt: addSeconds(at, times.longestSeconds),
        lastUsedAt: at,
        endedAt: undefined,
      }
      await store.addSession(tx, session, hashOf(text))
      await recordAudit(tx, actorOf(person, []), {
        action: 'session.opened',
        subject: session.id,
        after: { address, issuer: account.issuer, expiresAt: session.expiresAt },
        at,
      })
      return { text, session }
    })
  }

  return {
    providerName: provider?.name,
    authenticateSession,
    isCsrfOf,

    /** `attempt` is for this browser alone; `url` is where it goes. */
    async beginSignIn(): Promise<{ attempt: string; url: string }> {
      const attempt = newSecret(32)
      return { attempt, url: await providerHere().begin(proofOf(attempt)) }
    },

    async finishSignIn(attempt: string | undefined, query: URLSearchParams, address: string) {
      const there = providerHere()
      if (!attempt || query.get('state') !== proofOf(attempt).state) throw attemptOver()
      return open(await there.finish(query, proofOf(attempt)), address)
    },

    /** Everyone's for who may read access, one's own otherwise. */
    listSessions: (
      actor: Actor,
      page: { readonly limit: number; readonly after?: string | undefined; readonly personId?: string | undefined },
    ): Promise<Session[]> => {
      if (page.personId !== actor.id) requirePermission(actor, 'access.read')
      return store.listSessions(db, { ...page, openAt: now() })
    },

    async endSession(actor: Actor, id: string): Promise<Session> {
      return db.inTransaction(async (tx) => {
        const before = await store.lockSession(tx, id)
        if (before.personId !== actor.id && !actor.permissions.includes('access.write')) throw sessionNotFound(id)
        if (before.endedAt) return before
        const after: Session = { ...before, endedAt: now() }
        await store.saveEnded(tx, after)
        await recordAudit(tx, actor, {
          action: 'session.ended',
          subject: id,
          after: { personId: before.personId },
          at: now(),
        })
        return after
      })
    },

    /** The next sign-in with their verified address links anew, be it with another account. */
    async unlinkPerson(actor: Actor, id: string): Promise<Person> {
      requirePermission(actor, 'access.write')
      return db.inTransaction(async (tx) => {
        const person = await lockPerson(tx, id)
        if ((await store.dropLogins(tx, person.id)) === 0) return person
        await store.endSessionsOf(tx, person.id, now())
        await recordAudit(tx, actor, { action: 'person.unlinked', subject: id, at: now() })
        return person
      })
    },
  }
}

export type SignIn = ReturnType<typeof signIn>
