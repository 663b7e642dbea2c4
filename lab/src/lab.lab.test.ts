import { Resolver } from 'node:dns/promises'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostKey } from './host-record.ts'
import { signWith } from './lab-ca.ts'
import { down } from './lab-down.ts'
import { labPaths } from './lab-paths.ts'
import { run, succeeds, waitFor } from './lab-process.ts'
import { daemonPid, up } from './lab-up.ts'
import { type Lab, readLab } from './lab-view.ts'
import type { CaughtMail } from './mail-store.ts'
import type { Server } from './provider-api.ts'
import { fetchTrusting } from './services-host.ts'
import { sshWords } from './ssh-words.ts'
import { whyNoLab } from './why-no-lab.ts'

const paths = labPaths(`/var/lib/nexus-lab-test-${process.pid}`)
const quiet = () => {}
const bringUp = () => up(paths, { hosts: 0, release: 'bookworm' }, quiet)

let lab: Lab
let work = ''

beforeAll(async () => {
  const reason = whyNoLab()
  if (reason) throw new Error(reason)
  work = await mkdtemp(join(tmpdir(), 'nexus-lab-test-'))
  lab = await bringUp()
})

afterAll(async () => {
  await down(paths, true, quiet)
  await rm(work, { recursive: true, force: true })
})

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${lab.provider.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${lab.provider.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

const server = async (method: string, path: string, body?: unknown) => (await ask(method, path, body)).json as Server

async function newKey(name: string): Promise<HostKey> {
  const file = join(work, name)
  await rm(file, { force: true })
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file])
  return { privateKey: await readFile(file, 'utf8'), publicKey: await readFile(`${file}.pub`, 'utf8') }
}

/** A server whose host key is known before it exists, as the control plane makes them. */
async function create(name: string, labels: Record<string, string> = {}) {
  const hostKey = await newKey(`host-${name}`)
  const authorizedKeys = [await readFile(`${lab.ssh.key}.pub`, 'utf8')]
  const made = await server('POST', '/servers', { name, labels, region: 'lab', plan: 'lab', authorizedKeys, hostKey })
  return { ...made, hostKey }
}

async function shell({ address, hostKey }: { address: string; hostKey: HostKey }, line: string): Promise<string> {
  const knownHosts = join(work, `known-${address}`)
  await writeFile(knownHosts, `${address} ${hostKey.publicKey}`)
  return (await run([...sshWords(lab.ssh.key, address, { knownHosts }), line], { timeoutSeconds: 20 })).trim()
}

type Reachable = { id: string; address: string; hostKey: HostKey }

const untilReachable = (host: Reachable) =>
  waitFor(`${host.address} to let us in`, 30, () =>
    shell(host, 'true').then(
      () => true,
      () => false,
    ),
  )

const untilState = (id: string, state: Server['state']) =>
  waitFor(`${id} to be ${state}`, 30, async () => (await server('GET', `/servers/${id}`)).state === state)

const destroy = async (id: string) => {
  await ask('DELETE', `/servers/${id}`)
}

describe('the lab', () => {
  test('brought up twice is brought up once', async () => {
    const pid = await daemonPid(paths)
    const start = performance.now()

    const again = await bringUp()

    expect(again).toEqual(lab)
    expect(await daemonPid(paths)).toBe(pid)
    expect(performance.now() - start).toBeLessThan(3000)
  })

  test('keeps the hardware address of its gateway, whichever port comes and goes', async () => {
    const address = () => readFile(`/sys/class/net/${paths.bridge}/address`, 'utf8')
    const [before, port] = [await address(), `nxt-${process.pid}`]
    try {
      await run(['ip', 'link', 'add', port, 'address', '02:00:00:00:00:01', 'type', 'veth'])
      await run(['ip', 'link', 'set', port, 'master', paths.bridge])

      expect(await address()).toBe(before)
    } finally {
      await succeeds(['ip', 'link', 'del', port])
    }
    expect(await address()).toBe(before)
  })

  test('brought up twice at the same moment under two homes is two labs, each with a range and ports of its own', async () => {
    const others = ['a', 'b'].map((each) => labPaths(`${paths.home}-${each}`))
    try {
      const both = await Promise.all(others.map((each) => up(each, { hosts: 0, release: 'bookworm' }, quiet)))

      const all = [lab, ...both]
      for (const taken of [all.map((each) => each.dns.address), all.map((each) => each.provider.url)])
        expect(new Set(taken).size).toBe(3)
      for (const each of both) expect((await fetch(`${each.provider.url}/health`)).status).toBe(200)
    } finally {
      for (const each of others) await down(each, true, quiet)
    }
  })

  test('answers for names in .test as told, and for real names', async () => {
    const resolver = new Resolver({ timeout: 2000, tries: 2 })
    resolver.setServers([lab.dns.address])
    await fetch(`${lab.dns.management}/add-a`, {
      method: 'POST',
      body: JSON.stringify({ host: 'app.story.test', addresses: ['10.78.0.77'] }),
    })

    expect(await resolver.resolve4('app.story.test')).toEqual(['10.78.0.77'])
    await expect(resolver.resolve4('other.story.test')).rejects.toThrow()
    expect((await resolver.resolve4('deb.debian.org')).length).toBeGreaterThan(0)
  })

  test('has an ACME directory whose certificate its own authority signed', async () => {
    const directory = JSON.parse(await fetchTrusting(lab.acme.directory, await readFile(lab.acme.directoryCa, 'utf8')))
    expect(directory).toHaveProperty('newOrder')
    expect(await run(['openssl', 'x509', '-in', lab.acme.root, '-noout', '-subject'])).toContain('Pebble Root')
  })

  test('signs certificates that live for seconds', async () => {
    const { cert, key } = await signWith(paths, { names: ['short.test'], addresses: ['10.0.0.1'], seconds: 30 })
    await writeFile(join(work, 'short.pem'), cert)

    expect(key).toContain('PRIVATE KEY')
    await run(['openssl', 'verify', '-CAfile', lab.ca.cert, join(work, 'short.pem')])
    expect(await succeeds(['openssl', 'x509', '-in', join(work, 'short.pem'), '-noout', '-checkend', '40'])).toBe(false)
  })

  test('listens nowhere but on loopback and its own bridge', async () => {
    const pid = await daemonPid(paths)
    const lines = (await run(['ss', '-H', '-lntup'])).split('\n').filter((line) => line.includes(`pid=${pid},`))

    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(line.split(/\s+/)[4]).toMatch(new RegExp(`^(127\\.0\\.0\\.1|${lab.gateway}):`))
  })
})

describe('a server of the provider', () => {
  test('answers ssh with the host key it was given, in seconds', async () => {
    const start = performance.now()
    const host = await create('quick', { ticket: 't-1' })
    await untilReachable(host)
    const seconds = (performance.now() - start) / 1000

    expect(await shell(host, 'hostname; systemctl is-system-running --wait')).toBe('quick\nrunning')
    expect(await shell(host, `curl -sS https://${lab.dns.address}:14000/dir -o /dev/null -w '%{http_code}'`)).toBe(
      '200',
    )
    expect(seconds).toBeLessThan(8)
    await destroy(host.id)
  })

  test('is found by label and by name, and shares its name but not its id', async () => {
    const [one, two] = [await create('twin', { ticket: 'a' }), await create('twin', { ticket: 'b' })]

    expect((await ask('GET', '/servers?name=twin')).json).toHaveLength(2)
    expect((await ask('GET', '/servers?label=ticket%3Db')).json).toMatchObject([{ id: two.id, name: 'twin' }])
    expect(one.id).not.toBe(two.id)
    await Promise.all([destroy(one.id), destroy(two.id)])
    expect((await ask('GET', '/servers?name=twin')).json).toEqual([])
    expect((await ask('GET', `/servers/${one.id}`)).status).toBe(404)
  })

  test('rebuilt has a fresh disk at the same address', async () => {
    const host = await create('again')
    await untilReachable(host)
    await shell(host, 'touch /root/mark /var/lib/docker/mark')
    const hostKey = await newKey('host-again-2')
    const authorizedKeys = [await readFile(`${lab.ssh.key}.pub`, 'utf8')]

    const after = await server('POST', `/servers/${host.id}/rebuild`, { authorizedKeys, hostKey })

    expect(after).toMatchObject({ id: host.id, address: host.address, state: 'starting' })
    await untilReachable({ ...host, hostKey })
    expect(await shell({ ...host, hostKey }, 'ls /root/mark /var/lib/docker/mark 2>&1 | grep -c "No such"')).toBe('2')
    await destroy(host.id)
  })

  test('cut off and healed, killed and started, rebooted, keeps its disk', async () => {
    const host = await create('hardy')
    await untilReachable(host)
    await shell(host, 'touch /root/mark; sync')

    await ask('POST', `/servers/${host.id}/cut`)
    await expect(shell(host, 'true')).rejects.toThrow()
    await ask('POST', `/servers/${host.id}/heal`)
    await untilReachable(host)

    await ask('POST', `/servers/${host.id}/kill`)
    expect((await server('GET', `/servers/${host.id}`)).state).toBe('stopped')
    await ask('POST', `/servers/${host.id}/start`)
    await untilReachable(host)

    const boot = await shell(host, 'systemctl show -P UserspaceTimestampMonotonic')
    await ask('POST', `/servers/${host.id}/reboot`)
    await waitFor('another boot', 20, () =>
      shell(host, 'systemctl show -P UserspaceTimestampMonotonic').then(
        (now) => now !== boot,
        () => false,
      ),
    )
    expect(await shell(host, 'ls /root')).toBe('mark')

    await shell(host, 'systemctl --no-block poweroff')
    await untilState(host.id, 'stopped')
    await destroy(host.id)
  })

  test('is refused to a caller without the token, and by an image that is not there', async () => {
    expect((await fetch(`${lab.provider.url}/servers`)).status).toBe(401)
    expect(await ask('POST', '/servers', { name: 'x', image: 'plan9' })).toMatchObject({
      status: 422,
      json: { code: 'request.invalid' },
    })
  })

  test('destroyed while it is still being made goes for good', async () => {
    const made = await create('regret')
    expect((await ask('DELETE', `/servers/${made.id}`)).status).toBe(204)

    await waitFor('its disk to be gone', 20, async () => !(await succeeds(['test', '-e', join(paths.hosts, made.id)])))
    expect((await ask('GET', '/servers?name=regret')).json).toEqual([])
  })

  test('comes ten at once', async () => {
    const hosts = await Promise.all(Array.from({ length: 10 }, (_, index) => create(`ten-${index}`)))
    await Promise.all(hosts.map(untilReachable))

    expect(new Set(hosts.map(({ address }) => address)).size).toBe(10)
    await Promise.all(hosts.map(({ id }) => destroy(id)))
  })

  test('outlives a provider that is killed, and a create that was cut off is carried on', async () => {
    const host = await create('survivor')
    await untilReachable(host)
    const late = await create('late')
    process.kill((await daemonPid(paths)) ?? 0, 'SIGKILL')
    await waitFor('the provider to be gone', 5, async () => (await daemonPid(paths)) === undefined)
    const boot = await shell(host, 'systemctl show -P UserspaceTimestampMonotonic')

    lab = await bringUp()

    await untilState(host.id, 'running')
    expect(await shell(host, 'systemctl show -P UserspaceTimestampMonotonic')).toBe(boot)
    await untilReachable(late)
    expect((await ask('GET', '/servers?name=late')).json).toHaveLength(1)
    await Promise.all([destroy(host.id), destroy(late.id)])
  })
})

describe('mail sent in the lab', () => {
  const send = (to: string) =>
    createTransport({ host: lab.mail.host, port: lab.mail.port, socketTimeout: 1500 }).sendMail({
      from: 'ops@nexus.test',
      to,
      subject: `For ${to}`,
      text: 'plain',
      html: '<p>rich</p>',
    })
  const caught = async (to: string) =>
    (await (await fetch(`${lab.mail.page}api/messages?to=${to}`)).json()) as CaughtMail[]
  const behave = (mode: string) =>
    fetch(`${lab.mail.page}api/behaviour`, { method: 'POST', body: JSON.stringify({ mode }) })

  test('is caught with its Message-ID and shown', async () => {
    const { messageId } = await send('one@tenant.test')

    const [mail] = await caught('one@tenant.test')
    expect(mail).toMatchObject({ messageId, subject: 'For one@tenant.test', from: 'ops@nexus.test' })
    expect(mail?.text.trim()).toBe('plain')
    expect(await (await fetch(lab.mail.page)).text()).toContain('For one@tenant.test')
    expect(await (await fetch(`${lab.mail.page}messages/${mail?.id}`)).text()).toContain('iframe sandbox')
  })

  test.each([
    ['refuse', 0],
    ['hang_after_data', 0],
    ['accept_then_cut', 1],
  ])('fails as told: %s keeps %i', async (mode, kept) => {
    await behave(mode)
    await expect(send(`${mode}@tenant.test`)).rejects.toThrow()
    await behave('normal')
    expect(await caught(`${mode}@tenant.test`)).toHaveLength(kept)
  })
})

describe('taking the lab down', () => {
  test('leaves no process, bridge, rule, mount or cgroup of it, though its daemon was killed', async () => {
    const host = await create('last')
    await untilReachable(host)
    process.kill((await daemonPid(paths)) ?? 0, 'SIGKILL')

    await down(paths, false, quiet)

    expect(await succeeds(['ip', 'link', 'show', lab.bridge])).toBe(false)
    expect(await run(['iptables-save'])).not.toContain(`NXL-${paths.tag}`)
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(paths.home)
    expect(await run(['find', '/sys/fs/cgroup', '-maxdepth', '2', '-name', `nexus-lab-${paths.tag}`])).toBe('')
    expect(await run(['ps', '-eo', 'args'])).not.toMatch(new RegExp(`--machine=${paths.tag}-|--home=${paths.home}`))
    await expect(readLab(paths)).rejects.toThrow('no lab')

    lab = await bringUp()
    await untilState(host.id, 'running')
    const root = '/usr/local/share/ca-certificates/nexus-lab-pebble.crt'
    expect(`${await shell(host, `cat ${root}; openssl verify ${root}`)}`).toBe(
      `${await readFile(lab.acme.root, 'utf8')}${root}: OK`,
    )
  })

  test('puts forwarding, address translation and bridges back as found', async () => {
    const script = `
      import { execFileSync } from 'node:child_process'
      import { readFileSync } from 'node:fs'
      import { labPaths } from '${import.meta.dirname}/lab-paths.ts'
      import { lowerNetwork, raiseNetwork } from '${import.meta.dirname}/lab-network.ts'
      const of = (...words) => execFileSync(words[0], words.slice(1), { encoding: 'utf8' })
      const now = () => of('iptables-save').replaceAll(/^#.*$|\\[.*\\]/gm, '') + of('ip', '-br', 'link') + readFileSync('/proc/sys/net/ipv4/ip_forward')
      of('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-s', '192.0.2.9', '-j', 'MASQUERADE')
      of('iptables', '-A', 'FORWARD', '-j', 'DROP')
      const paths = labPaths('/nowhere'), before = now()
      await raiseNetwork(paths, '10.78.5')
      await raiseNetwork(paths, '10.78.5')
      const during = now()
      await lowerNetwork(paths)
      await lowerNetwork(paths)
      console.log(JSON.stringify({ before, during, after: now() }))`
    const words = [
      'unshare',
      '--net',
      '--mount',
      'sh',
      '-c',
      'mkdir -p /run/nexus-lab; mount -t tmpfs none /run/nexus-lab; echo 0 > /proc/sys/net/ipv4/ip_forward; exec "$0" --input-type=module-typescript -e "$1"',
    ]

    const { before, during, after } = JSON.parse(await run([...words, process.execPath, script]))

    expect(before).toMatch(/0\n$/)
    expect(during).toMatch(/1\n$/)
    expect(during).toContain('nxl-')
    expect(after).toBe(before)
  })
})
