import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail } from '../failure.ts'
import { placeText, type SshPlace } from './own-host-address.ts'

export type Said = { readonly exit: number; readonly out: string; readonly err: string }
export type Elevation =
  | { readonly how: 'root' }
  | { readonly how: 'sudo' }
  | { readonly how: 'sudo with password'; readonly password: string }

export type PersonSsh = {
  /** A POSIX sh script, by stdin, as the person who logs in. */
  readonly run: (script: string, seconds?: number) => Promise<Said>
  /** The same as root. */
  readonly runAsRoot: (script: string, elevation: Elevation, seconds?: number) => Promise<Said>
  /** Whether this password opens sudo: one try, nothing else in stdin. */
  readonly sudoTakes: (password: string) => Promise<boolean>
  /** Where ssh really goes, after the person's own ~/.ssh/config. */
  readonly destination: () => Promise<{ readonly address: string; readonly port: number; readonly proxy: string }>
  readonly close: () => Promise<void>
}

/**
 * The person's own `ssh`: their agent, config and known_hosts decide. One connection for everything, so that a
 * passphrase is asked for once. `quiet` asks nothing: a host that known_hosts does not know is refused then.
 */
export function personSsh({
  place,
  jump,
  quiet,
}: {
  readonly place: SshPlace
  readonly jump: SshPlace | undefined
  readonly quiet: boolean
}): PersonSsh {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-ssh-'))
  const port = place.port === undefined ? [] : ['-p', String(place.port)]
  const words = [
    '-T',
    ...port,
    ...(jump ? ['-J', placeText(jump)] : []),
    ...(quiet ? ['-o', 'BatchMode=yes'] : []),
    '-o',
    'ForwardAgent=no',
    '-o',
    'ConnectTimeout=15',
    '-o',
    'ControlMaster=auto',
    '-o',
    `ControlPath=${join(folder, 'link')}`,
    '-o',
    'ControlPersist=300',
    '-l',
    place.user,
    '--',
    place.address,
  ]
  const call = (command: string, input: string, seconds = 60) => runProgram('ssh', [...words, command], input, seconds)

  async function run(script: string, seconds?: number): Promise<Said> {
    const said = await call('LC_ALL=C sh -s', script, seconds)
    if (said.exit === 255) throw notLetIn(place, said.err, quiet)
    return said
  }

  async function runAsRoot(script: string, elevation: Elevation, seconds?: number): Promise<Said> {
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C'
    if (elevation.how === 'root') return run(`export ${path}\n${script}`, seconds)
    if (elevation.how === 'sudo') return call(`sudo -n -- env ${path} sh -s`, script, seconds)
    // A line that sudo did not ask for would be run as a command: everything up to the marker is skipped.
    const skip = 'while IFS= read -r line; do [ "$line" = "#begin" ] && break; done; exec sh -s'
    return call(`sudo -k -S -p '' -- env ${path} sh -c '${skip}'`, `${elevation.password}\n#begin\n${script}`, seconds)
  }

  return {
    run,
    runAsRoot,
    sudoTakes: async (password) => (await call("sudo -k -S -p '' -- true", `${password}\n`, 30)).exit === 0,
    destination: async () => {
      const said = await runProgram('ssh', ['-G', ...words], '', 15)
      if (said.exit !== 0) throw fail('quickstart.ssh', 'conflict', `ssh cannot be used: ${lastLine(said.err)}`)
      const of = (key: string) => new RegExp(`^${key} (.+)$`, 'mi').exec(said.out)?.[1] ?? ''
      const name = of('hostname') || place.address
      const { address } = await lookup(name).catch(() => ({ address: '' }))
      const found = address || (jump ? name : '')
      if (!found)
        throw fail(
          'quickstart.no_address',
          'invalid',
          `${place.address} has no address.`,
          'Write the IP address after @.',
        )
      const proxy = [of('proxyjump'), of('proxycommand')].find((each) => each && each !== 'none') ?? ''
      return { address: found, port: Number(of('port')) || 22, proxy }
    },
    close: async () => {
      await runProgram('ssh', ['-O', 'exit', ...words], '', 10).catch(() => undefined)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** As `ssh-keygen -l` prints it; undefined for what is no public key. */
export function fingerprintOfKey(line: string): string | undefined {
  const blob = /^(?:ssh|ecdsa)-\S+ ([A-Za-z0-9+/=]{40,})/.exec(line.trim())?.[1]
  if (!blob) return undefined
  const sum = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64')
  return `SHA256:${sum.replace(/=+$/, '')}`
}

/** The public host keys as the machine itself keeps them, read over a connection that known_hosts vouches for. */
export const hostKeysScript = `for each in /etc/ssh/ssh_host_*_key.pub; do [ -r "$each" ] && cat "$each"; done; exit 0`

export const hostKeysIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '))
    .filter((line) => fingerprintOfKey(line) !== undefined)

export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? ''

function runProgram(program: string, words: readonly string[], input: string, seconds: number): Promise<Said> {
  return new Promise((done, refuse) => {
    const child = spawn(program, [...words], { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    const late = setTimeout(() => child.kill('SIGTERM'), seconds * 1000)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out.length < 2_000_000) out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (err.length < 100_000) err += text
    })
    child.on('error', (thrown) => {
      clearTimeout(late)
      refuse(
        fail(
          'quickstart.no_ssh',
          'conflict',
          `${program} cannot be started: ${thrown.message}.`,
          'Install the OpenSSH client.',
        ),
      )
    })
    // The connection that stays behind for the next call may hold stderr: that the program ended is enough.
    child.on('exit', (code) => {
      clearTimeout(late)
      const answer = () => done({ exit: code ?? 124, out, err })
      if (child.stdout.readableEnded) return answer()
      child.stdout.once('close', answer)
      setTimeout(answer, 2000).unref()
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function notLetIn(place: SshPlace, said: string, quiet: boolean) {
  const hint = /host key verification failed/i.test(said)
    ? `Your known_hosts does not vouch for it: log in once by hand and compare the fingerprint (ssh ${placeText(place).replace(/:(\d+)$/, ' -p $1')}).`
    : quiet
      ? 'Nothing is asked for here: load the key into your ssh agent first, or run it on a terminal without --yes.'
      : 'It must work as `ssh` by hand first.'
  return fail(
    'quickstart.ssh_refused',
    'conflict',
    `${placeText(place)} was not reached: ${lastLine(said) || 'ssh ended with 255'}`,
    hint,
  )
}
