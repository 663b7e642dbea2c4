import type { Socket } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { MailStore } from './mail-store.ts'

/**
 * How the catcher answers once it has the whole message: keep it and say so; refuse it; keep nothing and never answer; keep
 * it and break the connection before the answer, so that the sender cannot know.
 */
export const mailModes = ['normal', 'refuse', 'hang_after_data', 'accept_then_cut'] as const
export type MailMode = (typeof mailModes)[number]
export type MailBehaviour = { mode: MailMode }

export type MailCatcher = { readonly close: () => Promise<void> }

export async function openMailCatcher(
  place: { readonly hosts: readonly string[]; readonly port: number },
  behaviour: MailBehaviour,
  store: MailStore,
  log: (line: string) => void,
): Promise<MailCatcher> {
  const servers = place.hosts.map((host) => ({ host, server: catcher(behaviour, store, log) }))
  await Promise.all(
    servers.map(
      ({ host, server }) =>
        new Promise<void>((ready, fail) => {
          server.once('error', fail)
          server.listen(place.port, host, () => ready())
        }),
    ),
  )
  return {
    close: async () => {
      await Promise.all(servers.map(({ server }) => new Promise<void>((done) => server.close(() => done()))))
    },
  }
}

function catcher(behaviour: MailBehaviour, store: MailStore, log: (line: string) => void): SMTPServer {
  const sockets = new Map<string, Socket>()
  const server = new SMTPServer({
    name: 'mail.lab.test',
    authOptional: true,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: 25 * 1024 * 1024,
    closeTimeout: 500,
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        answer(Buffer.concat(parts).toString('utf8'), session).then(
          (id) => (id === undefined ? undefined : done(null, `2.0.0 kept as ${id}`)),
          (error: Error) => done(error),
        )
      })
    },
  })
  server.server.on('connection', (socket: Socket) => {
    const name = `${socket.remoteAddress}:${socket.remotePort}`
    sockets.set(name, socket)
    socket.once('close', () => sockets.delete(name))
  })
  server.on('error', (error: Error) => log(`mail: ${error.message}`))

  /** The id it was kept as, or nothing when no answer is to be given. */
  async function answer(raw: string, session: SMTPServerSession): Promise<string | undefined> {
    if (behaviour.mode === 'refuse') throw Object.assign(new Error('5.7.1 Refused, as told'), { responseCode: 554 })
    if (behaviour.mode === 'hang_after_data') return undefined
    const { mailFrom, rcptTo } = session.envelope
    const from = mailFrom ? mailFrom.address : ''
    const id = await store.keep({ from, to: rcptTo.map((to) => to.address) }, raw, new Date())
    if (behaviour.mode === 'normal') return id
    sockets.get(`${session.remoteAddress}:${session.remotePort}`)?.destroy()
    return undefined
  }
  return server
}
