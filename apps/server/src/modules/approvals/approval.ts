import { createHash } from 'node:crypto'
import type { Permission } from '../../platform/actor.ts'
import { addSeconds } from '../../platform/clock.ts'
import { NexusError } from '../../platform/errors.ts'

export type ApprovalId = string & { readonly __brand: 'ApprovalId' }

export const approvalStates = ['open', 'approved', 'refused', 'lapsed', 'used'] as const
export type ApprovalState = (typeof approvalStates)[number]

/** Exactly one thing to do. Another parameter is another act, and takes another approval. */
export type Act = {
  /** `noun.verb`, e.g. `contact.erase`. */
  readonly kind: string
  readonly subject: string
  /** Small JSON without secrets. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** For people, one sentence: what happens when it is done. */
  readonly what: string
  /** What the act itself takes: who approves must have it too. */
  readonly permission: Permission
}

export type Approval = Act & {
  readonly id: ApprovalId
  readonly reason: string
  readonly state: ApprovalState
  readonly askedBy: string
  readonly askedByName: string
  readonly askedAt: Date
  readonly expiresAt: Date
  readonly decidedBy: string | undefined
  readonly decidedByName: string | undefined
  readonly decidedAt: Date | undefined
  readonly decidedWhy: string | undefined
  readonly endedAt: Date | undefined
}

/** Long enough for a colleague in another time zone, short enough that nobody forgets what it was about. */
export const holdsSeconds = 24 * 3600

export const expiryOf = (askedAt: Date): Date => addSeconds(askedAt, holdsSeconds)

/** The same act has the same hash, whatever the order of its keys. */
export function hashOfAct({ kind, subject, parameters }: Pick<Act, 'kind' | 'subject' | 'parameters'>): string {
  return createHash('sha256').update(canonical({ kind, subject, parameters })).digest('hex')
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    each && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

/** May still be decided or used. */
export const isHolding = ({ state, expiresAt }: Approval, at: Date): boolean =>
  (state === 'open' || state === 'approved') && expiresAt > at

export const approvalNotFound = (id: string) =>
  new NexusError('approvals.not_found', 'missing', `There is no approval ${id}.`, { hint: 'nexusctl approval list' })

export const approvalNeeded = ({ id, what, permission }: Approval) =>
  new NexusError('approvals.needed', 'conflict', `This takes a second person: ${what} It is asked for as ${id}.`, {
    hint: `Somebody else with ${permission} runs: nexusctl approval approve ${id}. Then do the same again.`,
  })

export const ownApproval = () =>
  new NexusError('approvals.own', 'forbidden', 'Nobody decides what they asked for themselves, with whatever token.', {
    hint: 'Ask a colleague.',
  })

export const notAPerson = () =>
  new NexusError('approvals.not_a_person', 'forbidden', 'An approval is asked for and given by a person.', {
    hint: 'Use a session or a token of a person.',
  })

export const approvalOver = ({ id, state }: Approval) =>
  new NexusError('approvals.over', 'conflict', `The approval ${id} is ${state}, or its time is over.`, {
    hint: 'Ask again by doing what it was for.',
  })
