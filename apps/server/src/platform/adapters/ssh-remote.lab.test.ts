import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runInside } from '../../../../../lab/src/host-machine.ts'
import { labPaths, type Server } from '../../../../../lab/src/index.ts'
import { now } from '../clock.ts'
import { toFailure } from '../errors.ts'
import type { HostAddress, Remote } from '../remote.ts'
import { newHostKey } from './ssh-host-key.ts'
import { type SshRemoteOptions, sshRemote } from './ssh-remote.ts'

const labHome = process.env.NEXUS_LAB_HOME ?? '/var/lib/nexus-lab'
const control = newHostKey()
const stranger = newHostKey()
const opened: Remote[] = []
const made: Server[] = []
let provider: { url: string; token: string }
let folder: string
let door: HostAddress
let behind: HostAddress

const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const answer = await fetch(`${provider.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${provider.token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(60_000),
  })
  expect(answer.ok).toBe(true)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

async function newServer(name: string): Promise<HostAddress> {
  const hostKey = newHostKey()
  const server = await ask<Server>('POST', '/servers', { name, authorizedKeys: [control.publicKey], hostKey })
  made.push(server)
  return { hostId: server.id, address: server.address, port: 22, user: 'root', hostKey: hostKey.publicKey }
}

const remoteWith = (options: Partial<SshRemoteOptions>): Remote => {
  const remote = sshRemote({
    privateKeys: async () => [control.privateKey],
    now,
    connectTimeoutSeconds: 20,
    ...options,
  })
  opened.push(remote)
  return remote
}
const whoAmI = {
  name: 'say who',
  script: `printf '{"user":"%s","host":"%s"}\\n' "$(id -un)" "$(hostname)"`,
  timeoutSeconds: 10,
}
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (thrown) => toFailure(thrown).code,
  )
const inside = (host: HostAddress, script: string) => runInside(labPaths(labHome), host.hostId, ['sh', '-c', script])

beforeAll(async () => {
  provider = JSON.parse(await readFile(join(labHome, 'lab.json'), 'utf8')).provider
  folder = await mkdtemp(join(tmpdir(), 'nexus-ssh-'))
  const word = Math.random().toString(36).slice(2, 8)
  door = await newServer(`door-${word}`)
  behind = await newServer(`behind-${word}`)
  const remote = remoteWith({})
  for (const host of [door, behind])
    await vi.waitFor(() => remote.run(host, whoAmI), { timeout: 60_000, interval: 500 })
  await remote.close()
})

afterAll(async () => {
  for (const remote of opened) await remote.close()
  for (const { id } of made) await ask('DELETE', `/servers/${id}`)
  await rm(folder, { recursive: true, force: true })
})

describe('a host that only its neighbour reaches', () => {
  beforeAll(() =>
    inside(
      behind,
      `ip route add blackhole ${gatewayOf(behind)} 2>/dev/null || ip route add blackhole ${gatewayOf(behind)}/32`,
    ),
  )

  test('is worked with through a jump host, whose key is pinned too', async () => {
    const jump = `root@${door.address}:22`
    const through = remoteWith({ jumpHostKey: async () => door.hostKey })

    expect(await codeOf(remoteWith({ connectTimeoutSeconds: 5 }).run(behind, whoAmI))).toBe('host.unreachable')
    expect((await through.run({ ...behind, jump }, whoAmI)).events).toMatchObject([{ user: 'root' }])
    await through.upload({ ...behind, jump }, '/root/sent', Buffer.from('through'), '600')
    expect(await inside(behind, 'cat /root/sent')).toContain('through')
  })

  test('is not reached through a jump host that shows another key', async () => {
    const through = remoteWith({ jumpHostKey: async () => stranger.publicKey })

    expect(await codeOf(through.run({ ...behind, jump: `root@${door.address}` }, whoAmI))).toBe('host.key_changed')
  })
})

describe('a user with a sudo password', () => {
  const someone = () => ({ ...door, user: 'someone' })
  beforeAll(() =>
    inside(
      door,
      `useradd -m -s /bin/sh someone && echo someone:'it is "$HOME"' | chpasswd && cp -r /root/.ssh /home/someone/.ssh &&
       chown -R someone /home/someone/.ssh && echo 'someone ALL=(ALL) ALL' > /etc/sudoers.d/someone`,
    ),
  )

  test('works as root, and the password is in no argument list', async () => {
    const remote = remoteWith({ sudoPassword: async () => 'it is "$HOME"' })
    const script = `${whoAmI.script}; grep -al 'it is' /proc/[0-9]*/cmdline >&2; true`

    expect(await remote.run(someone(), { ...whoAmI, script })).toMatchObject({ events: [{ user: 'root' }], stderr: '' })
  })

  test('is refused with a wrong password, and without one, with what to do', async () => {
    expect(await codeOf(remoteWith({ sudoPassword: async () => 'wrong' }).run(someone(), whoAmI))).toBe(
      'host.sudo_refused',
    )
    expect(await codeOf(remoteWith({}).run(someone(), whoAmI))).toBe('host.sudo_refused')
  })
})

describe('an ssh agent', () => {
  test('logs in with a key that Nexus never sees', async () => {
    const socket = join(folder, 'agent.sock')
    const key = join(folder, 'key')
    await writeFile(key, control.privateKey, { mode: 0o600 })
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      await vi.waitFor(() => runWords('ssh-add', [key], { SSH_AUTH_SOCK: socket }), { timeout: 10_000 })
      const withAgent = remoteWith({ privateKeys: async () => [stranger.privateKey], agent: socket })
      const without = remoteWith({ privateKeys: async () => [stranger.privateKey] })

      expect((await withAgent.run(door, whoAmI)).events).toMatchObject([{ user: 'root' }])
      expect(await codeOf(without.run(door, whoAmI))).toBe('host.login_refused')
    } finally {
      agent.kill()
    }
  })
})

const gatewayOf = ({ address }: HostAddress) => address.replace(/\d+$/, '1')

const runWords = (program: string, words: readonly string[], env: Readonly<Record<string, string>>): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: 'ignore' })
    child.on('error', fail)
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`${program} ended with ${code}`))))
  })
