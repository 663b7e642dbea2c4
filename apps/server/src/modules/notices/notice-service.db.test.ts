import { once } from 'node:events'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { systemActor } from '../../platform/actor.ts'
import { smtpMail } from '../../platform/adapters/smtp-mail.ts'
import { type Mail, noticeService } from './index.ts'

type Mode = 'take' | 'refuse' | 'later' | 'refuse after data' | 'cut before data' | 'cut after data'

const db = await testDatabase()
const caught: string[] = []
let mode: Mode = 'take'
const say = (code: number) => Object.assign(new Error('not this one'), { responseCode: code })

const relay = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onRcptTo(_address, session, done) {
    if (mode === 'refuse') return done(say(550))
    if (mode === 'later') return done(say(451))
    if (mode === 'cut before data') return socketOf(session.id)?.destroy()
    done()
  },
  onData(stream, session, done) {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => {
      if (mode === 'refuse after data') return done(say(554))
      caught.push(Buffer.concat(parts).toString('utf8'))
      if (mode === 'cut after data') return socketOf(session.id)?.destroy()
      done()
    })
  },
})
relay.on('error', () => {})

function socketOf(id: string): { destroy: () => void } | undefined {
  // The library's own set of connections; its types do not say so.
  const connections = (relay as unknown as { connections: Set<{ id: string; _socket: { destroy: () => void } }> })
    .connections
  return [...connections].find((each) => each.id === id)?._socket
}

relay.listen(0, '127.0.0.1')
await once(relay.server, 'listening')
const address = relay.server.address()
const port = address && typeof address !== 'string' ? address.port : 0
afterAll(() => new Promise<void>((resolve) => relay.close(() => resolve())))

const invitation = 'https://id.nexus.test/invite/very-secret'
const actor = systemActor('test')
const now = () => new Date()
const notices = (mail: Mail = smtpMail({ host: '127.0.0.1', port, tls: 'never', from: 'Nexus <nexus@nexus.test>' })) =>
  noticeService({ db, mail, secrets: { reveal: async () => invitation }, mailDomain: 'nexus.test', now })

const values = {
  customer: 'Acme',
  nexusUrl: 'https://app.acme.test',
  identityName: 'Marcoby Identity',
  identityUrl: 'https://id.nexus.test',
  adminEmail: 'ada@acme.test',
  inviteRef: 'secret:acme/admin-invite@1',
  inviteExpiresAt: '2026-11-22T10:00:00.000Z',
  support: 'support@nexus.test',
  slaResponseTimes: [{ severity: 'critical', response: '1 hour' }],
}
let count = 0
const launch = () => {
  count += 1
  return { kind: 'launch' as const, to: 'ada@acme.test', values, key: `launch/${count}` }
}
const messageIds = async () => Promise.all(caught.map(async (each) => (await PostalMime.parse(each)).messageId))

beforeEach(() => {
  caught.length = 0
  mode = 'take'
})

describe('sending a notice', () => {
  test('hands it to the relay with its Message-ID and keeps it without its links (S0-129..133)', async () => {
    const wish = launch()
    const { id, state, messageId } = await notices().send(actor, wish)

    const [mail] = await Promise.all(caught.map((each) => PostalMime.parse(each)))
    const kept = await notices().get(actor, id)
    expect(state).toBe('sent')
    expect(mail).toMatchObject({ messageId, subject: 'Your Nexus is live: app.acme.test' })
    expect(mail?.text).toContain(invitation)
    expect(mail?.html).toContain(invitation)
    expect(JSON.stringify(kept)).not.toContain('very-secret')
    expect(kept.text).toContain('[link sha256:')
  })

  test('twice, three times or at once under one key sends one', async () => {
    const wish = launch()

    const first = await notices().send(actor, wish)
    const others = await Promise.all([notices().send(actor, wish), notices().send(actor, wish)])

    expect(others.map(({ id }) => id)).toEqual([first.id, first.id])
    expect(await messageIds()).toEqual([first.messageId])
  })

  test('that the relay refuses fails, and a later call sends it under the same Message-ID', async () => {
    const wish = launch()
    mode = 'refuse'
    await expect(notices().send(actor, wish)).rejects.toMatchObject({ code: 'notices.refused', kind: 'conflict' })
    mode = 'later'
    await expect(notices().send(actor, wish)).rejects.toMatchObject({ code: 'notices.relay_away', kind: 'unavailable' })
    mode = 'refuse after data'
    await expect(notices().send(actor, wish)).rejects.toMatchObject({ code: 'notices.refused' })
    mode = 'cut before data'
    await expect(notices().send(actor, wish)).rejects.toMatchObject({ code: 'notices.relay_away' })

    mode = 'take'
    const sent = await notices().send(actor, wish)

    expect(await messageIds()).toEqual([sent.messageId])
    expect(await notices().get(actor, sent.id)).toMatchObject({ state: 'sent', attempts: 5 })
  })

  test('that is cut off after DATA is unknown, is not sent again by itself, and a resend keeps the Message-ID', async () => {
    const wish = launch()
    mode = 'cut after data'
    const doubt = await notices().send(actor, wish)
    mode = 'take'
    const again = await notices().send(actor, wish)

    expect([doubt.state, again.state]).toEqual(['unknown', 'unknown'])
    expect(await messageIds()).toEqual([doubt.messageId])

    const resent = await notices().resend(actor, doubt.id, { reason: 'not in the mailbox' })

    expect(resent).toMatchObject({ state: 'sent', messageId: doubt.messageId })
    expect(await messageIds()).toEqual([doubt.messageId, doubt.messageId])
  })

  test('again never mails another secret, nor the invitation of another tenant', async () => {
    const { id } = await notices().send(actor, launch())
    const refusal = async (inviteRef: string) =>
      (await notices()
        .resend(actor, id, { inviteRef, reason: 'asked for' })
        .catch((thrown: unknown) => thrown)) as {
        code?: string
      }

    const codes = await Promise.all(
      [
        'secret:nexus/control-key@1',
        'secret:other/admin-invite@1',
        'secret:acme/database-password@1',
        'https://x.test',
      ].map(async (ref) => (await refusal(ref)).code),
    )

    expect(codes).toEqual([
      'notices.foreign_invite',
      'notices.foreign_invite',
      'notices.bad_values',
      'notices.foreign_invite',
    ])
    expect(caught.length).toBe(1)
  })

  test('by a process that died before the receipt was kept is unknown to the next', async () => {
    const wish = launch()
    const dead = notices({ send: () => new Promise(() => {}) })
    void dead.send(actor, wish)
    await expect.poll(async () => (await notices().list(actor, { limit: 5, state: 'intent' })).length).toBe(1)

    const answer = await notices().send(actor, wish)

    expect(answer.state).toBe('unknown')
    expect(caught).toEqual([])
  })

  test('to a relay that is not there may be tried again', async () => {
    const away = notices(smtpMail({ host: '127.0.0.1', port: 1, tls: 'never', from: 'nexus@nexus.test' }))

    await expect(away.send(actor, launch())).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('without STARTTLS at the relay is refused when it is asked for', async () => {
    const strict = notices(smtpMail({ host: '127.0.0.1', port, tls: 'starttls', from: 'nexus@nexus.test' }))

    await expect(strict.send(actor, launch())).rejects.toMatchObject({ code: 'notices.refused' })
    expect(caught).toEqual([])
  })

  test('to something that is no address, or would add a header, is refused before anything is written', async () => {
    const wish = { ...launch(), to: 'ada@acme.test\r\nBcc: all@acme.test' }

    await expect(notices().send(actor, wish)).rejects.toMatchObject({ code: 'notices.bad_recipient' })
  })

  test('is refused to someone who may only look', async () => {
    const viewer = { id: 'p', name: 'viewer', permissions: ['notices.read'] as const }

    await expect(notices().send(viewer, launch())).rejects.toMatchObject({ kind: 'forbidden' })
  })

  test('leaves the intent in the trail before the receipt', async () => {
    const { id } = await notices().send(actor, launch())
    const rows = await db.rows<{ action: string }>('select action from audit_entry where subject = $1 order by id', [
      id,
    ])

    expect(rows.map(({ action }) => action).sort()).toEqual(['notice.intent', 'notice.sent'])
  })
})

describe('a preview', () => {
  test('shows the words and not the invitation', async () => {
    const shown = await notices().preview(actor, { kind: 'launch', values })

    expect(shown.text).toContain('https://app.acme.test')
    expect(JSON.stringify(shown)).not.toContain('very-secret')
  })
})
