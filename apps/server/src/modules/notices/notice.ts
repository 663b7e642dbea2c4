import { createHash } from 'node:crypto'
import { NexusError } from '../../platform/errors.ts'
import type { NoticeKind } from './notice-content.ts'

/**
 * intent: written down, perhaps under way. sent: the relay took it. failed: certainly not handed over.
 * unknown: nobody can say; a person decides, nothing is sent again by itself.
 */
export const noticeStates = ['intent', 'sent', 'unknown', 'failed'] as const
export type NoticeState = (typeof noticeStates)[number]

export type Notice = {
  readonly id: string
  /** One notice a key, however often its step runs. */
  readonly key: string
  readonly kind: NoticeKind
  readonly recipient: string
  readonly subject: string
  readonly messageId: string
  readonly state: NoticeState
  readonly values: unknown
  readonly text: string
  readonly html: string
  readonly attempts: number
  readonly receipt: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type OutgoingMail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
  readonly date: Date
}

/** `again`: it was certainly not handed over, and trying later may help. */
export type MailOutcome =
  | { readonly kind: 'sent'; readonly receipt: string }
  | { readonly kind: 'not_handed_over'; readonly again: boolean; readonly why: string }
  | { readonly kind: 'in_doubt'; readonly why: string }

export type Mail = {
  readonly send: (mail: OutgoingMail) => Promise<MailOutcome>
  /** What was handed over since then, where the relay can say. */
  readonly sentSince?: (since: Date) => Promise<readonly Pick<OutgoingMail, 'messageId' | 'to' | 'subject'>[]>
}

/** What a call that finds the notice already there does about it. An intent without a receipt was cut off: in doubt. */
export const nextMove = (state: NoticeState): 'send' | 'leave' | 'doubt' =>
  state === 'failed' ? 'send' : state === 'intent' ? 'doubt' : 'leave'

export const stateAfter = (outcome: MailOutcome): NoticeState =>
  outcome.kind === 'sent' ? 'sent' : outcome.kind === 'in_doubt' ? 'unknown' : 'failed'

/** The same words to the same person are the same notice, unless the caller names it. */
export const defaultKey = (kind: NoticeKind, to: string, values: unknown): string =>
  `${kind}/${to.toLowerCase()}/${createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 24)}`

export const noticeNotFound = (id: string) =>
  new NexusError('notices.not_found', 'missing', `There is no notice ${id}.`, { hint: 'nexusctl notice list' })

export const noticeUnderWay = (id: string) =>
  new NexusError('notices.under_way', 'conflict', `Notice ${id} is being sent right now.`, {
    hint: 'nexusctl notice list',
  })
