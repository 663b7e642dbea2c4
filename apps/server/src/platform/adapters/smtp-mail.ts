import { Readable } from 'node:stream'
import addressparser from 'nodemailer/lib/addressparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mail, MailOutcome, OutgoingMail } from '../../modules/notices/index.ts'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'

export type SmtpMailOptions = {
  readonly host: string
  readonly port: number
  /** `never` is for the lab; `starttls` refuses a relay that does not offer it. */
  readonly tls: 'never' | 'starttls' | 'always'
  readonly user?: string
  readonly password?: () => Promise<string>
  /** `Name <address>` */
  readonly from: string
  /** A PEM certificate that is trusted beside the usual ones. */
  readonly ca?: readonly string[]
  readonly timeoutSeconds?: number
}

type Failed = Error & { readonly responseCode?: number; readonly response?: string }

/**
 * One connection a mail. The message is pulled only after the relay has said "go on" to DATA, so the moment of the first
 * pull tells apart what was certainly not handed over from what may have been.
 */
export function smtpMail(options: SmtpMailOptions): Mail {
  const milliseconds = (options.timeoutSeconds ?? 30) * 1000
  const sender = addressparser(options.from, { flatten: true })[0]?.address ?? ''
  if (sender === '')
    throw new NexusError('notices.bad_sender', 'invalid', 'The sender of mails is not an e-mail address.')

  async function send(mail: OutgoingMail): Promise<MailOutcome> {
    const message = await new MailComposer({
      from: options.from,
      to: { name: '', address: mail.to },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: mail.messageId,
      date: mail.date,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
      .compile()
      .build()
    let begun = false
    const body = Readable.from(
      (function* pull() {
        begun = true
        yield message
      })(),
    )
    const connection = new SMTPConnection({
      host: options.host,
      port: options.port,
      secure: options.tls === 'always',
      requireTLS: options.tls === 'starttls',
      ignoreTLS: options.tls === 'never',
      connectionTimeout: milliseconds,
      greetingTimeout: milliseconds,
      socketTimeout: milliseconds,
      ...(options.ca === undefined ? {} : { tls: { ca: [...options.ca] } }),
    })
    try {
      const receipt = await converse(connection, options, { from: sender, to: [mail.to] }, body)
      return { kind: 'sent', receipt: plainLine(receipt, 300) }
    } catch (thrown) {
      return outcomeOf(thrown, begun)
    } finally {
      connection.close()
    }
  }

  return { send }
}

/** The relay's own word counts, before DATA and after it. Silence after DATA is doubt. */
export function outcomeOf(thrown: unknown, begun: boolean): MailOutcome {
  const failed = thrown instanceof Error ? (thrown as Failed) : new Error(String(thrown))
  const code = 'responseCode' in failed ? failed.responseCode : undefined
  const why = plainLine(failed.message, 300)
  if (typeof code === 'number' && code >= 400) return { kind: 'not_handed_over', again: code < 500, why }
  return begun ? { kind: 'in_doubt', why } : { kind: 'not_handed_over', again: true, why }
}

async function converse(
  connection: SMTPConnection,
  { user, password }: SmtpMailOptions,
  envelope: { readonly from: string; readonly to: string[] },
  body: Readable,
): Promise<string> {
  const secret = user === undefined ? undefined : ((await password?.()) ?? '')
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('The connection ended.')))
    const deliver = () =>
      connection.send(envelope, body, (error, info) => {
        if (error) reject(error)
        else resolve(String(info?.response ?? ''))
      })
    connection.connect((error) => {
      if (error) reject(error)
      else if (user === undefined || secret === undefined) deliver()
      else connection.login({ user, pass: secret }, (refused) => (refused ? reject(refused) : deliver()))
    })
  })
}
