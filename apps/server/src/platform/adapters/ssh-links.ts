import { createHash } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { type AnyAuthMethod, type AuthenticationType, Client, type ConnectConfig } from 'ssh2'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'
import type { HostAddress } from '../remote.ts'

export type SshCredentials = {
  /** The keys to try at an address, the likeliest first. */
  readonly privateKeys: (host: HostAddress) => Promise<readonly string[]>
  /** The socket of an ssh agent, used beside the key. */
  readonly agent?: string
  /** The pinned key of a jump host, `user@address:port`; without one it is refused like any other unknown host. */
  readonly jumpHostKey?: (jump: string) => Promise<string | undefined>
  readonly connectTimeoutSeconds?: number
}

export type Link = {
  readonly client: Client
  users: number
  idle: NodeJS.Timeout | undefined
  open: boolean
  end: () => void
}
type Entry = { readonly hostId: string; readonly link: Promise<Link> }

const channelsPerLink = 8

/** One connection a host (and user and key), kept while it is used and `idleSeconds` longer. */
export function sshLinks(credentials: SshCredentials, idleSeconds: number) {
  const entries = new Map<string, Entry>()
  const waiting = new Map<Link, Array<() => void>>()
  const nameOf = (host: HostAddress) =>
    JSON.stringify([host.hostId, host.user, host.address, host.port, host.hostKey, host.jump])

  function linkTo(host: HostAddress): Promise<Link> {
    const name = nameOf(host)
    const known = entries.get(name)
    if (known) return known.link
    const drop = () => {
      if (entries.get(name)?.link === link) entries.delete(name)
    }
    const link = openLink(host, credentials, drop)
    entries.set(name, { hostId: host.hostId, link })
    link.catch(drop)
    return link
  }

  async function use<T>(host: HostAddress, work: (link: Link) => Promise<T>): Promise<T> {
    const link = await liveLink(host)
    await turn(link)
    clearTimeout(link.idle)
    try {
      return await work(link)
    } finally {
      link.users -= 1
      waiting.get(link)?.shift()?.()
      if (link.users === 0) link.idle = setTimeout(() => link.end(), idleSeconds * 1000).unref()
    }
  }

  /** A cached connection may have died unseen: it is then opened once more. */
  async function liveLink(host: HostAddress): Promise<Link> {
    const link = await linkTo(host)
    return link.open ? link : linkTo(host)
  }

  /** sshd takes ten sessions a connection; the rest wait here. */
  async function turn(link: Link): Promise<void> {
    while (link.users >= channelsPerLink) {
      await new Promise<void>((resolve) => waiting.set(link, [...(waiting.get(link) ?? []), resolve]))
    }
    link.users += 1
  }

  async function endAll(which: (entry: Entry) => boolean): Promise<void> {
    for (const [name, entry] of [...entries]) {
      if (!which(entry)) continue
      entries.delete(name)
      const link = await entry.link.catch(() => undefined)
      link?.end()
    }
  }

  return { use, forget: (hostId: string) => endAll((each) => each.hostId === hostId), close: () => endAll(() => true) }
}

async function openLink(host: HostAddress, credentials: SshCredentials, onClosed: () => void): Promise<Link> {
  const through = host.jump ? await throughJump(host, host.jump, credentials) : undefined
  const link: Link = {
    client: new Client(),
    users: 0,
    idle: undefined,
    open: false,
    end: () => {
      link.client.end()
      through?.end()
    },
  }
  try {
    const sock = through?.stream ?? (await openSocket(host, credentials.connectTimeoutSeconds ?? 10))
    await logIn(link.client, host, { ...(await loginOf(host, credentials)), sock })
  } catch (thrown) {
    link.end()
    throw thrown
  }
  link.open = true
  link.client.on('close', () => {
    link.open = false
    clearTimeout(link.idle)
    through?.end()
    onClosed()
  })
  return link
}

async function loginOf(host: HostAddress, credentials: SshCredentials): Promise<ConnectConfig> {
  return {
    username: host.user,
    authHandler: await waysToLogIn(host, credentials),
    readyTimeout: (credentials.connectTimeoutSeconds ?? 10) * 1000,
    keepaliveInterval: 4000,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: signaturesOf(host.hostKey) },
  }
}

async function waysToLogIn(host: HostAddress, credentials: SshCredentials): Promise<AuthenticationType[]> {
  const username = host.user
  const keys = await credentials.privateKeys(host)
  const ways: AnyAuthMethod[] = keys.map((key) => ({ type: 'publickey', username, key }))
  // The types of ssh2 leave out that a method may be told whole, which its documentation says.
  return [
    ...ways,
    ...(credentials.agent ? [{ type: 'agent' as const, username, agent: credentials.agent }] : []),
  ] as unknown as AuthenticationType[]
}

/** Only the pinned kind of key is asked for, so that a host with several keys shows the one that is pinned. */
function signaturesOf(hostKey: string) {
  const kind = hostKey.split(' ')[0] ?? ''
  const kinds = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'], 'ssh-ed25519': ['ssh-ed25519'] } as const
  if (kind === 'ssh-rsa' || kind === 'ssh-ed25519') return [...kinds[kind]]
  return ['ecdsa-sha2-nistp256' as const, 'ecdsa-sha2-nistp384' as const, 'ecdsa-sha2-nistp521' as const]
}

function logIn(client: Client, host: HostAddress, config: ConnectConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    let shown: string | undefined
    // A connection that fails may say so twice (refused, then reset): the second one must not end the process.
    client.on('error', () => {})
    const refuse = (error: Error & { level?: string }) => reject(loginError(host, error, shown))
    client.once('ready', () => {
      client.removeListener('error', refuse)
      client.setNoDelay(true)
      resolve()
    })
    client.once('error', refuse)
    client.once('close', () => refuse(new Error('the connection closed before it was ready')))
    client.connect({
      ...config,
      hostVerifier: (key: Buffer) => {
        shown = keyText(key)
        return shown === host.hostKey.trim()
      },
    })
  })
}

function loginError(host: HostAddress, error: Error & { level?: string }, shown: string | undefined): NexusError {
  if (shown !== undefined && shown !== host.hostKey.trim()) return keyChanged(host, shown)
  if (error.level === 'client-authentication') return loginRefused(host)
  if (/no matching host key/i.test(error.message)) return keyChanged(host, undefined)
  return unreachable(host, plainLine(error.message))
}

function openSocket(host: HostAddress, seconds: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: host.address, port: host.port, noDelay: true, keepAlive: true })
    const late = setTimeout(() => socket.destroy(new Error(`no answer within ${seconds} s`)), seconds * 1000)
    socket.once('error', (error) => {
      clearTimeout(late)
      reject(unreachable(host, plainLine(error.message)))
    })
    socket.once('connect', () => {
      clearTimeout(late)
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

async function throughJump(host: HostAddress, jump: string, credentials: SshCredentials) {
  const [, user = '', address = '', port = '22'] = /^([^@]+)@(.+?)(?::(\d+))?$/.exec(jump) ?? []
  const hostKey = await credentials.jumpHostKey?.(jump)
  if (hostKey === undefined) {
    throw new NexusError('host.jump_key_unknown', 'conflict', `The key of the jump host ${jump} is not pinned.`, {
      hint: 'Pin it first: a jump host is trusted by its key like any other host.',
    })
  }
  const via: HostAddress = { hostId: `jump:${jump}`, user, address, port: Number(port), hostKey }
  const link = await openLink(via, credentials, () => {})
  return new Promise<{ stream: NonNullable<ConnectConfig['sock']>; end: () => void }>((resolve, reject) => {
    link.client.forwardOut('127.0.0.1', 0, host.address, host.port, (error, stream) => {
      if (error) reject(unreachable(host, `through ${jump}: ${plainLine(error.message)}`))
      else resolve({ stream, end: () => link.client.end() })
    })
  })
}

/** Asks for the key that answers now and logs in nowhere. ed25519 first, since that is what we pin. */
export async function scanKey(address: string, port: number, seconds = 10): Promise<string> {
  const place: HostAddress = { hostId: '', address, port, user: '', hostKey: '' }
  const sock = await openSocket(place, seconds)
  const client = new Client()
  return new Promise<string>((resolve, reject) => {
    client.on('error', (error) => reject(unreachable(place, plainLine(error.message))))
    client.on('close', () => reject(unreachable(place, 'it closed the connection without showing a key')))
    client.connect({
      sock,
      username: 'scan',
      readyTimeout: seconds * 1000,
      algorithms: { serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'] },
      hostVerifier: (key: Buffer) => {
        resolve(keyText(key))
        client.end()
        return false
      },
    })
  })
}

/** The ways to log in that are offered to this user: asked with no credentials at all, so that the refusal names them. */
export async function askLoginMethods(
  host: Pick<HostAddress, 'address' | 'port' | 'user' | 'hostKey'>,
  seconds = 10,
): Promise<readonly string[]> {
  const place: HostAddress = { hostId: '', ...host }
  const sock = await openSocket(place, seconds)
  const client = new Client()
  return new Promise((resolve, reject) => {
    client.on('error', (error) => reject(unreachable(place, plainLine(error.message))))
    client.on('close', () => reject(unreachable(place, 'it closed the connection without a word about logins')))
    client.connect({
      sock,
      username: place.user,
      readyTimeout: seconds * 1000,
      algorithms: { serverHostKey: signaturesOf(place.hostKey) },
      hostVerifier: (key: Buffer) => keyText(key) === place.hostKey.trim(),
      authHandler: (offered, _partial, next) => {
        if (offered === null) return next({ type: 'none', username: place.user })
        resolve(offered)
        client.end()
      },
    })
  })
}

/** `ssh-ed25519 AAAA...` from the key as it comes over the wire, which begins with the length and name of its kind. */
export const keyText = (key: Buffer): string =>
  `${key.subarray(4, 4 + key.readUInt32BE(0)).toString('ascii')} ${key.toString('base64')}`

/** As ssh-keygen -l prints it. */
export const fingerprint = (hostKey: string): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '')}`

export const unreachable = (host: HostAddress, why: string) =>
  new NexusError(
    'host.unreachable',
    'unavailable',
    `${host.address || host.hostId} does not answer over SSH: ${why}.`,
    {
      hint: 'Is it running, and does port 22 let the control plane in?',
    },
  )

const loginRefused = (host: HostAddress) =>
  new NexusError(
    'host.login_refused',
    'conflict',
    `${host.address} refused ${host.user} with the key of the control plane.`,
    {
      hint: `Put the control plane's public key into the authorized_keys of ${host.user} on that host.`,
    },
  )

const keyChanged = (host: HostAddress, shown: string | undefined) =>
  new NexusError(
    'host.key_changed',
    'conflict',
    `${host.address} shows ${shown === undefined ? 'no key of the pinned kind' : `the host key ${fingerprint(shown)}`}, pinned is ${fingerprint(host.hostKey)}. Nothing was sent.`,
    {
      hint: `If the change is yours, compare the fingerprint on the console of the machine and accept it: nexusctl host accept-key ${host.hostId}${shown === undefined ? '' : ` --fingerprint ${fingerprint(shown)}`}`,
    },
  )
