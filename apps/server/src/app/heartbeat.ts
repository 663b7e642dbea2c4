import { hostname } from 'node:os'
import type { Mail } from '../modules/notices/index.ts'
import { NexusError } from '../platform/errors.ts'
import { plainLine } from '../platform/plain-text.ts'

export type HeartbeatDeps = {
  /** Asked with GET; any 2xx counts. Empty: nobody. */
  readonly url: string
  /** Gets a mail each time. Empty: nobody. */
  readonly to: string
  readonly mail: Mail
  readonly mailDomain: string
  readonly now: () => Date
}

/**
 * Says that Nexus lives, to somebody outside who raises the alarm when it stops saying so. It is sent as a round: only
 * while the database answers and runs are worked on, so a held or stuck Nexus falls silent too. The address may hold a key
 * and is never repeated.
 */
export const heartbeat =
  ({ url, to, mail, mailDomain, now }: HeartbeatDeps) =>
  async (): Promise<void> => {
    const outcomes = await Promise.allSettled([
      url ? knock(url) : undefined,
      to ? write(to, mail, mailDomain, now()) : undefined,
    ])
    const failed = outcomes.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
  }

async function knock(url: string): Promise<void> {
  const { host } = new URL(url)
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' }).catch(() => undefined)
  await answer?.body?.cancel()
  if (answer?.ok) return
  throw notSent(`${host} ${answer ? `answered ${answer.status}` : 'did not answer'}`)
}

async function write(to: string, mail: Mail, domain: string, at: Date): Promise<void> {
  const minute = at.toISOString().slice(0, 16)
  const text = `Nexus on ${hostname()} lives: ${at.toISOString()}. When these mails stop, it does not.`
  const outcome = await mail.send({
    to,
    subject: `Nexus lives (${minute}Z)`,
    text,
    html: `<p>${text}</p>`,
    messageId: `<heartbeat-${minute.replace(/\D/g, '')}@${domain}>`,
    date: at,
  })
  if (outcome.kind !== 'sent') throw notSent(`the relay: ${plainLine(outcome.why, 160)}`)
}

const notSent = (why: string) =>
  new NexusError('heartbeat.not_sent', 'unavailable', `The heartbeat was not heard: ${why}.`, {
    hint: 'Whoever watches it raises an alarm now; look at heartbeatUrl and heartbeatMail.',
  })
