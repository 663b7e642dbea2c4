import { z } from 'zod'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { plainLine } from '../../platform/plain-text.ts'
import { type MailContent, withoutLinks } from './mail-layout.ts'
import { defaultKey, type Mail, type MailOutcome, type Notice, nextMove, noticeUnderWay, stateAfter } from './notice.ts'
import { type NoticeKind, parseValues, secretRefOf, writeNotice } from './notice-content.ts'
import * as store from './notice-store.ts'

export type NoticeWish = {
  readonly kind: NoticeKind
  readonly to: string
  readonly values: unknown
  /** Names the notice, e.g. `launch/<ticket>`: one key is sent once. Left out: kind, recipient and values together. */
  readonly key?: string | undefined
}

export type NoticeAnswer = Pick<Notice, 'id' | 'state' | 'messageId' | 'subject'>

export type NoticeDeps = {
  readonly db: Database
  readonly mail: Mail
  readonly secrets: { readonly reveal: (ref: string) => Promise<string> }
  /** The right half of every Message-ID. */
  readonly mailDomain: string
  readonly now: () => Date
}

/** The tenant in `secret:<tenant>/<name>@<version>`. */
const tenantOf = (ref: string | undefined): string | undefined => /^secret:([^/@]+)\//.exec(ref ?? '')?.[1]

const foreignInvite = () =>
  new NexusError(
    'notices.foreign_invite',
    'forbidden',
    'This is no invitation of the tenant whom the notice is about.',
    {
      hint: 'Name the invitation that was made last for this tenant: nexusctl identity resend-invite.',
    },
  )

const hiddenLink = 'https://invitation.invalid/shown-only-in-the-mail'

export type Notices = ReturnType<typeof noticeService>

export function noticeService({ db, mail, secrets, mailDomain, now }: NoticeDeps) {
  const toAnswer = ({ id, state, messageId, subject }: Notice): NoticeAnswer => ({ id, state, messageId, subject })

  /** The link of a reference exists only between here and the relay. */
  async function write(kind: NoticeKind, values: unknown): Promise<MailContent> {
    const ref = secretRefOf(kind, values)
    return writeNotice(kind, values, ref === undefined ? '' : await secrets.reveal(ref))
  }

  async function record(actor: Actor, id: string, outcome: MailOutcome): Promise<Notice> {
    return db.inTransaction(async (tx) => {
      const before = await store.lockNotice(tx, id)
      const at = now()
      const receipt = plainLine(outcome.kind === 'sent' ? outcome.receipt : outcome.why, 300)
      const after = { ...before, state: stateAfter(outcome), receipt, updatedAt: at }
      await store.saveNotice(tx, after)
      await recordAudit(tx, actor, {
        action: `notice.${after.state}`,
        subject: id,
        at,
        after: { messageId: before.messageId, receipt },
      })
      return after
    })
  }

  /** The intent is committed when this is called; what comes back is committed before anyone hears of it. */
  async function handOver(actor: Actor, intent: Notice, content: MailContent): Promise<NoticeAnswer> {
    const { recipient: to, messageId, createdAt: date } = intent
    const outcome = await mail
      .send({ to, messageId, date, ...content })
      .catch((thrown: unknown): MailOutcome => ({ kind: 'in_doubt', why: String(thrown) }))
    const after = await record(actor, intent.id, outcome)
    if (outcome.kind === 'not_handed_over') throw notHandedOver(intent, outcome)
    return toAnswer(after)
  }

  const mayBeSent = (to: string): string => {
    const parsed = z.email().safeParse(to.trim())
    if (parsed.success) return parsed.data
    throw new NexusError('notices.bad_recipient', 'invalid', `${plainLine(to, 80)} is not an e-mail address.`)
  }

  return {
    /**
     * Sends a notice at most once a key. Cut off between the intent and the receipt, the next call answers `unknown`
     * and sends nothing: whoever owns the matter looks, and `resend` decides.
     */
    async send(actor: Actor, wish: NoticeWish): Promise<NoticeAnswer> {
      requirePermission(actor, 'notices.write')
      const recipient = mayBeSent(wish.to)
      const values = parseValues(wish.kind, wish.values)
      const key = wish.key ?? defaultKey(wish.kind, recipient, values)
      const content = await write(wish.kind, values)
      const { notice, move } = await db.inTransaction(async (tx) => {
        const found = await store.lockNoticeKey(tx, key)
        const next = found ? nextMove(found.state) : 'send'
        if (found && next === 'leave') return { notice: found, move: next }
        const at = now()
        const id = found?.id ?? newId('not', at)
        const kept = withoutLinks(content)
        const fresh: Notice = {
          ...kept,
          id,
          key,
          kind: wish.kind,
          recipient: found?.recipient ?? recipient,
          messageId: found?.messageId ?? `<${id}@${mailDomain}>`,
          state: 'intent',
          values,
          attempts: (found?.attempts ?? 0) + 1,
          receipt: undefined,
          createdAt: found?.createdAt ?? at,
          updatedAt: at,
        }
        const notice: Notice =
          found && next === 'doubt'
            ? { ...found, state: 'unknown', receipt: 'cut off before the receipt was kept', updatedAt: at }
            : fresh
        await store.saveNotice(tx, notice)
        await recordAudit(tx, actor, {
          action: `notice.${notice.state}`,
          subject: id,
          at,
          after: { kind: notice.kind, recipient: notice.recipient, messageId: notice.messageId },
        })
        return { notice, move: next }
      })
      return move === 'send' ? handOver(actor, notice, content) : toAnswer(notice)
    },

    /** What would be sent, with secret links left out. */
    async preview(actor: Actor, { kind, values }: Pick<NoticeWish, 'kind' | 'values'>): Promise<MailContent> {
      requirePermission(actor, 'notices.read')
      return writeNotice(kind, parseValues(kind, values), hiddenLink)
    },

    async get(actor: Actor, id: string): Promise<Notice> {
      requirePermission(actor, 'notices.read')
      return store.findNotice(db, id)
    },

    /** Mails that the relay took and this Nexus knows nothing of; undefined where the relay cannot say. */
    async sentUnknown(actor: Actor, since: Date): Promise<readonly string[] | undefined> {
      requirePermission(actor, 'notices.read')
      const sent = await mail.sentSince?.(since)
      if (!sent) return undefined
      const known = await store.sentMessageIds(
        db,
        sent.map((each) => each.messageId),
      )
      return sent.filter((each) => !known.has(each.messageId)).map(({ to, subject }) => `"${subject}" to ${to}`)
    },

    async list(actor: Actor, filter: store.NoticeFilter): Promise<readonly Notice[]> {
      requirePermission(actor, 'notices.read')
      return store.listNotices(db, filter)
    },

    /** A person decided: the same notice again under the same Message-ID, so mailboxes can tell. A newer invite may be named. */
    async resend(
      actor: Actor,
      id: string,
      { inviteRef, reason }: { inviteRef?: string | undefined; reason?: string | undefined } = {},
    ): Promise<NoticeAnswer> {
      requirePermission(actor, 'notices.write')
      const found = await store.findNotice(db, id)
      if (inviteRef !== undefined && tenantOf(inviteRef) !== tenantOf(secretRefOf(found.kind, found.values)))
        throw foreignInvite()
      const values = parseValues(
        found.kind,
        inviteRef === undefined ? found.values : { ...Object(found.values), inviteRef },
      )
      const content = await write(found.kind, values)
      const intent = await db.inTransaction(async (tx) => {
        const before = await store.lockNotice(tx, id)
        const at = now()
        if (before.state === 'intent' && at.getTime() - before.updatedAt.getTime() < 120_000) throw noticeUnderWay(id)
        const after: Notice = {
          ...before,
          ...withoutLinks(content),
          values,
          state: 'intent',
          attempts: before.attempts + 1,
          receipt: undefined,
          updatedAt: at,
        }
        await store.saveNotice(tx, after)
        await recordAudit(tx, actor, {
          action: 'notice.resent',
          subject: id,
          at,
          before: { state: before.state },
          after: { messageId: after.messageId, attempts: after.attempts },
          ...(reason === undefined ? {} : { reason }),
        })
        return after
      })
      return handOver(actor, intent, content)
    },
  }
}

const notHandedOver = (notice: Notice, { again, why }: { readonly again: boolean; readonly why: string }) =>
  again
    ? new NexusError(
        'notices.relay_away',
        'unavailable',
        `The mail relay did not take the ${notice.kind} notice: ${plainLine(why, 160)}.`,
      )
    : new NexusError(
        'notices.refused',
        'conflict',
        `The mail relay refused the ${notice.kind} notice: ${plainLine(why, 160)}.`,
        {
          hint: `nexusctl notice resend ${notice.id}`,
        },
      )
