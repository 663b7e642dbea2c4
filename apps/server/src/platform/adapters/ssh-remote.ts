import { createHash, randomBytes } from 'node:crypto'
import { Readable, Transform } from 'node:stream'
import type { Client } from 'ssh2'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'
import type { HostAddress, Program, ProgramResult, Remote } from '../remote.ts'
import { type Answer, converse } from './ssh-channel.ts'
import { type Link, type SshCredentials, scanKey, sshLinks, unreachable } from './ssh-links.ts'
import { brokenOffExit, type Elevation, epochExit, staleExit, wrapProgram, wrapUpload } from './ssh-wrapper.ts'

export type SshRemoteOptions = SshCredentials & {
  /** For users who are neither root nor free of a password at sudo. */
  readonly sudoPassword?: (host: HostAddress) => Promise<string | undefined>
  readonly now: () => Date
  readonly idleSeconds?: number
  /** Which life of Nexus sends (see epoch.ts); undefined while it may only look. */
  readonly epoch?: () => number | undefined
  readonly epochFile?: string
}

/** The hosts of the world over SSH: one connection a host, one channel a program, no key taken on trust. */
export function sshRemote(options: SshRemoteOptions): Remote {
  const links = sshLinks(options, options.idleSeconds ?? 60)
  const nonce = () => randomBytes(12).toString('hex')
  const life = () => {
    const epoch = options.epoch?.()
    return {
      ...(epoch === undefined ? {} : { epoch }),
      ...(options.epochFile === undefined ? {} : { epochFile: options.epochFile }),
    }
  }

  const elevation = async (host: HostAddress): Promise<{ elevation: Elevation; password?: string }> => {
    if (host.user === 'root') return { elevation: 'root' }
    const password = await options.sudoPassword?.(host)
    return password === undefined ? { elevation: 'sudo' } : { elevation: 'sudo with password', password }
  }

  async function run(
    host: HostAddress,
    program: Program,
    onEvent: (event: unknown) => void = () => {},
  ): Promise<ProgramResult> {
    const begun = options.now()
    const { command, input } = wrapProgram({
      ...(await elevation(host)),
      ...(program.looksOnly ? {} : life()),
      nonce: nonce(),
      script: program.script,
      args: program.args ?? [],
      timeoutSeconds: program.timeoutSeconds,
      ...(program.fence && !program.looksOnly ? { fence: program.fence } : {}),
    })
    const answer = await links.use(host, async (link) => {
      const late = timer(program.timeoutSeconds + 15, () => link.client.destroy())
      const talk = talkOver(link, command, host, Buffer.from(input), onEvent)
      const said = await talk.finally(() => clearTimeout(late.handle))
      if (late.fired()) throw programTimeout(host, program)
      return said
    })
    const seconds = (options.now().getTime() - begun.getTime()) / 1000
    if (answer.exit === null) throw unreachable(host, `the connection was lost while "${program.name}" ran`)
    if (answer.exit === brokenOffExit) throw unreachable(host, `"${program.name}" was cut off on its way`)
    if (answer.exit === epochExit && isEpoch(answer.events[0])) throw epochBehind(host, program.name)
    if (answer.exit === staleExit && program.fence) throw programStale(host, program, answer.stderr)
    if ((answer.exit === 124 || answer.exit === 137) && seconds >= program.timeoutSeconds)
      throw programTimeout(host, program)
    if (answer.exit !== 0 && /^sudo: /m.test(answer.stderr) && answer.events.length === 0)
      throw sudoRefused(host, answer.stderr)
    return { exit: answer.exit, events: answer.events, noise: answer.noise, stderr: answer.stderr, seconds }
  }

  async function upload(host: HostAddress, path: string, content: Readable | Buffer, mode: string): Promise<void> {
    const wrap = wrapUpload({ ...(await elevation(host)), ...life(), nonce: nonce(), path, mode })
    await links.use(host, async (link) => {
      const { stream, sum } = hashing(wrap.head, content)
      const received = await talkOver(link, wrap.receive, host, stream)
      if (received.exit === null) throw unreachable(host, `the connection was lost while ${path} was sent`)
      if (received.exit === epochExit) throw epochBehind(host, `upload of ${path}`)
      if (received.exit !== 0) throw uploadFailed(host, path, received.stderr)
      const placed = await talkOver(link, wrap.place(sum()), host, Buffer.from(wrap.head))
      if (placed.exit === null) throw unreachable(host, `the connection was lost while ${path} was put in place`)
      if (placed.exit === epochExit) throw epochBehind(host, `upload of ${path}`)
      if (placed.exit !== 0) throw uploadFailed(host, path, placed.stderr || 'what arrived is not what was sent')
    })
  }

  return {
    run,
    upload,
    scanHostKey: (address, port) => scanKey(address, port),
    forget: (hostId) => links.forget(hostId),
    close: () => links.close(),
  }
}

/** The head, then the content; the sum is over the content alone. */
function hashing(head: string, content: Readable | Buffer) {
  const hash = createHash('sha256')
  const source = Buffer.isBuffer(content) ? Readable.from([content]) : content
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  through.push(head)
  source.on('error', (error) => through.destroy(error))
  return { stream: source.pipe(through), sum: () => hash.digest('hex') }
}

/** Listens from the very moment a channel is there: how a command that ends at once ended may come along with its beginning. */
const talkOver = (
  link: Link,
  command: string,
  host: HostAddress,
  input: Readable | Buffer,
  onEvent: (event: unknown) => void = () => {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const client: Client = link.client
    const lost = () => reject(unreachable(host, 'the connection closed before the program began'))
    client.once('close', lost)
    client.exec(command, (error, channel) => {
      client.removeListener('close', lost)
      if (error) reject(unreachable(host, plainLine(error.message)))
      else resolve(converse(channel, input, onEvent))
    })
  })

function timer(seconds: number, act: () => void) {
  let fired = false
  const handle = setTimeout(() => {
    fired = true
    act()
  }, seconds * 1000)
  return { handle, fired: () => fired }
}

const programTimeout = (host: HostAddress, program: Program) =>
  new NexusError(
    'host.program_timeout',
    'unavailable',
    `"${program.name}" on ${host.address} took longer than ${program.timeoutSeconds} s and was ended.`,
    {
      hint: 'Look at the load of the host; what was begun is finished by the next try.',
    },
  )

const programStale = (host: HostAddress, program: Program, said: string) =>
  new NexusError(
    'host.program_stale',
    'conflict',
    `"${program.name}" was refused by ${host.address}: a newer takeover of this run works there.`,
    {
      hint: plainLine(said) || 'Nothing to do: the newer takeover carries on.',
    },
  )

const isEpoch = (event: unknown): boolean => (event as { type?: unknown } | undefined)?.type === 'epoch'

const epochBehind = (host: HostAddress, what: string) =>
  new NexusError(
    'host.epoch_behind',
    'conflict',
    `"${what}" was refused by ${host.address}: a Nexus that was restored later works there.`,
    {
      hint: 'Stop this nexusd: another one was restored from a backup and took its hosts over. docs/guides/running-nexus.md',
    },
  )

const sudoRefused = (host: HostAddress, said: string) =>
  new NexusError('host.sudo_refused', 'conflict', `sudo on ${host.address} refused ${host.user}: ${plainLine(said)}`, {
    hint: 'Give this user sudo for every command, or the sudo password.',
  })

const uploadFailed = (host: HostAddress, path: string, said: string) =>
  new NexusError(
    'host.upload_failed',
    'conflict',
    `${path} could not be written on ${host.address}: ${plainLine(said)}`,
    {
      hint: 'Look at the free space and the permissions of that folder.',
    },
  )
