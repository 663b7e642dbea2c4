import { createHmac, timingSafeEqual } from 'node:crypto'
import { addSeconds } from '../../platform/clock.ts'
import { NexusError } from '../../platform/errors.ts'
import { newSecret } from '../../platform/ids.ts'
import type { PersonId } from './person.ts'

export type SessionId = string & { readonly __brand: 'SessionId' }

export type Session = {
  readonly id: SessionId
  readonly personId: PersonId
  readonly address: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lastUsedAt: Date
  readonly endedAt: Date | undefined
}

export type SessionTimes = {
  /** However busy it is, a session ends after this. */
  readonly longestSeconds: number
  /** A session that nobody used for this long has ended. */
  readonly idleSeconds: number
}

/** What the browser holds; `__Host-` binds it to this origin, and no page of another one can plant it. */
export const sessionCookie = '__Host-nexus-session'
export const attemptCookie = '__Host-nexus-sign-in'
export const attemptSeconds = 600

export const newSessionText = (): string => `nxs_${newSecret(32)}`
export const looksLikeSession = (text: string): boolean => /^nxs_[A-Za-z0-9_-]{43}$/.test(text)

export const isSessionUsable = (session: Session, at: Date, { idleSeconds }: SessionTimes): boolean =>
  session.endedAt === undefined && session.expiresAt > at && addSeconds(session.lastUsedAt, idleSeconds) > at

const derived = (text: string, what: string): string => createHmac('sha256', text).update(what).digest('base64url')

/** What a page sends beside the cookie with everything that changes something: another origin cannot read it. */
export const csrfOf = (sessionText: string): string => derived(sessionText, 'csrf')

export function isCsrfOf(sessionText: string, given: string): boolean {
  const [expected, found] = [Buffer.from(csrfOf(sessionText)), Buffer.from(given)]
  return expected.length === found.length && timingSafeEqual(expected, found)
}

/** One try to sign in: made of one random text that only this browser holds, so nothing of it is stored. */
export type SignInProof = { readonly state: string; readonly nonce: string; readonly verifier: string }

export const proofOf = (attempt: string): SignInProof => ({
  state: derived(attempt, 'state'),
  nonce: derived(attempt, 'nonce'),
  verifier: derived(attempt, 'verifier'),
})

/** An address of this console, or its first page: nobody is led elsewhere by signing in. */
export const placeHere = (wanted: string | undefined): string =>
  wanted !== undefined && /^\/(?![/\\])[\w\-./~%?=&]{0,300}$/.test(wanted) && !wanted.startsWith('/sign-in')
    ? wanted
    : '/'

export const signInOff = () =>
  new NexusError('access.sign_in_off', 'missing', 'Sign-in by an identity provider is not set up here.', {
    hint: 'Set signInIssuer, signInClientId and signInClientSecretFile, or use an API token.',
  })

export const attemptOver = () =>
  new NexusError(
    'access.sign_in_expired',
    'unauthenticated',
    'This sign-in took too long or began in another browser.',
    {
      hint: 'Start again from the console.',
    },
  )

export const signInUnknown = () =>
  new NexusError('access.sign_in_unknown', 'forbidden', 'Nobody with this verified address may sign in to Nexus.', {
    hint: 'An admin adds people with `nexusctl access person add`; the address must be verified at the identity provider.',
  })

export const otherAccount = () =>
  new NexusError(
    'access.sign_in_other_account',
    'forbidden',
    'This address belongs to a person who signs in with another account of the identity provider.',
    { hint: 'An admin can let the account go with `nexusctl access person unlink`.' },
  )

export const sessionOver = () =>
  new NexusError('access.session_over', 'unauthenticated', 'This session has ended.', { hint: 'Sign in again.' })

export const sessionNotFound = (id: string) =>
  new NexusError('access.session_not_found', 'missing', `There is no session ${id}.`, {
    hint: 'nexusctl access session list',
  })
