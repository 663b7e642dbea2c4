import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../../test/harness/database.ts'
import { idsOf } from '../../../test/harness/host-lab.ts'
import { noCeiling, onePerson } from '../../../test/harness/no-ceiling.ts'
import { systemActor } from '../../platform/actor.ts'
import { labHosts } from '../../platform/adapters/lab-hosts.ts'
import { outsidePorts } from '../../platform/adapters/outside-ports.ts'
import { newHostKey } from '../../platform/adapters/ssh-host-key.ts'
import { sshRemote } from '../../platform/adapters/ssh-remote.ts'
import { staticHosts } from '../../platform/adapters/static-hosts.ts'
import { foldChecks, printChecks } from '../../platform/check.ts'
import { now } from '../../platform/clock.ts'
import { type Database, migrate, openDatabase } from '../../platform/db.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../platform/embedded-postgres.ts'
import { toFailure } from '../../platform/errors.ts'
import type { HostAddress, Remote } from '../../platform/remote.ts'
import { secretBox } from '../../platform/secret-box.ts'
import { defaultSettings } from './baseline-settings.ts'
import { type ControlKeyRing, controlKeys } from './control-keys.ts'
import { type Hosts, hostService } from './host-service.ts'
import type { HostPlan } from './preflight-program.ts'

const as = systemActor('deliver-order')
const plan: HostPlan = {
  name: 'lab',
  vcpu: 1,
  ramGb: 0.5,
  diskGb: 2,
  memoryPassShare: 0.93,
  diskFreeShare: 0.6,
  providers: ['lab', 'static'],
}
const large: HostPlan = { ...plan, name: 'large', ramGb: 4096 }
const chance = Math.random().toString(36).slice(2, 8)
const order = (number: number) => ({
  orderId: `ord_${chance}_${number}`,
  ticket: `T-${chance}-${number}`,
  plan: 'lab',
  region: 'lab',
  name: `nexus-${chance}-${number}`,
})

let folder: string
let postgres: EmbeddedPostgres
let db: Database
let remote: Remote
let hosts: Hosts
let provider: ReturnType<typeof labHosts>
let keys: ControlKeyRing
let control: { privateKey: string; publicKey: string }
let lab: { url: string; token: string }
const made: string[] = []

const box = secretBox(randomBytes(32))
const serviceWith = (from: ReturnType<typeof labHosts>) =>
  hostService({
    db,
    remote,
    outside: outsidePorts(),
    providers: [from, staticHosts()],
    planOf: (name) => [plan, large].find((each) => each.name === name),
    keys,
    settings: defaultSettings,
    newHostKey,
    now,
    purchases: noCeiling,
    drift: onePerson,
    fence: () => undefined,
  })

beforeAll(async () => {
  const home = process.env.NEXUS_LAB_HOME ?? '/var/lib/nexus-lab'
  const file: { provider: { url: string; token: string } } = JSON.parse(await readFile(join(home, 'lab.json'), 'utf8'))
  lab = file.provider
  folder = await mkdtemp(join(tmpdir(), 'nexus-hosts-'))
  await chmod(folder, 0o755)
  postgres = await startEmbeddedPostgres(folder)
  db = openDatabase(postgres.ownerUrl, 5)
  await migrate(db, migrations)
  control = newHostKey()
  const first = { publicKey: control.publicKey, privateKey: async () => control.privateKey }
  keys = controlKeys({ db, box, first, newKey: newHostKey, now })
  remote = sshRemote({ privateKeys: keys.toTry, now })
  provider = labHosts(lab)
  hosts = serviceWith(provider)
})

afterAll(async () => {
  for (const each of await provider.list())
    if (made.includes(each.name) || each.name.includes(chance)) await provider.destroy(each.id)
  await remote.close()
  await db.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The ssh program of the machine, from outside Nexus, with the key that Nexus would take. */
const ssh = async (
  address: string,
  user: string,
  options: readonly string[] = [],
): Promise<{ code: number; said: string }> => {
  const key = join(folder, 'control-key')
  const known = await db.row<{ id: string }>('select id from host where address = $1', [address])
  const [own = ''] = await keys.toTry({ hostId: known?.id ?? '', user })
  await writeFile(key, own, { mode: 0o600 })
  const words = [
    '-i',
    key,
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'ConnectTimeout=5',
    ...options,
    `${user}@${address}`,
    'id -un',
  ]
  return new Promise((resolve) => {
    execFile('ssh', words, { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 255, said: stdout + stderr }),
    )
  })
}

const asNow = async (id: string): Promise<HostAddress> => hosts.addressOf(id)
const onHost = async (id: string, script: string) =>
  remote.run(await asNow(id), { name: 'look', script, timeoutSeconds: 30 })

describe('a host made for an order', () => {
  let id: string

  test('is made with the key we gave it, and is the same host when asked for twice', async () => {
    const first = await hosts.provide(as, order(1))
    const second = await hosts.provide(as, order(1))
    id = first.id

    expect(second.id).toBe(first.id)
    expect((await provider.findByLabel('ticket', order(1).ticket)).length).toBe(1)
    expect((await hosts.connect(as, id)).facts?.os).toBe('debian')
  })

  test('is prepared in one program and passes its preflight', async () => {
    const { host, report } = await hosts.prepare(as, id)
    const checks = await hosts.preflight(as, id)
    console.log(`fresh baseline: ${report.seconds} s`, printChecks(checks).lines.join('\n'))

    expect(report.failed).toBe(0)
    expect(report.changed).toBeGreaterThan(10)
    expect(host.state).toBe('reserved')
    expect(host.user).toBe('nexus')
    expect(foldChecks(checks)).not.toBe('fail')
  })

  test('changes nothing the second time, quickly', async () => {
    const begun = performance.now()
    const { report } = await hosts.prepare(as, id)
    const again = [await hosts.prepare(as, id), await hosts.prepare(as, id)].map((each) => each.report.seconds)
    console.log(
      `unchanged baseline: ${report.seconds} s on the host, ${((performance.now() - begun) / 1000).toFixed(2)} s in all`,
    )

    expect(report.items.filter((each) => each.status === 'changed' || each.status === 'failed')).toEqual([])
    expect(Math.min(report.seconds, ...again)).toBeLessThan(1.5)
  })

  test('says skipped, never ok, of what a container cannot do', async () => {
    const { report } = await hosts.prepare(as, id)

    expect(report.items.find((each) => each.id === 'time.sync')).toMatchObject({ status: 'skipped' })
  })

  test('refuses root and passwords from outside and lets the control plane in', async () => {
    const { address } = await asNow(id)

    expect(await ssh(address, 'root')).toMatchObject({ code: 255 })
    const byPassword = await ssh(address, 'nexus', [
      '-o',
      'PubkeyAuthentication=no',
      '-o',
      'PreferredAuthentications=password,keyboard-interactive',
      '-o',
      'BatchMode=yes',
    ])
    expect(byPassword.said).toMatch(/Permission denied \(publickey\)/)
    expect(await ssh(address, 'nexus')).toMatchObject({ code: 0 })
  })

  test('fails the preflight of a plan that wants more than the machine has', async () => {
    await db.rows(`update host set plan = 'large' where id = $1`, [id])
    const checks = await hosts.preflight(as, id)
    await db.rows(`update host set plan = 'lab' where id = $1`, [id])

    expect(checks.find((each) => each.name === 'memory')?.status).toBe('fail')
    expect(printChecks(checks).exit).toBe(2)
  })

  test('takes its name and a receipt with the ticket', async () => {
    await hosts.claim(as, id, order(1))
    await hosts.claim(as, id, order(1))

    const said = await onHost(id, `printf '{"name":"%s"}\\n' "$(hostname)"; cat /var/lib/nexus-host/claim.json; echo`)
    expect(said.events).toContainEqual({ name: order(1).name })
    expect(said.events).toContainEqual({ ticket: order(1).ticket, orderId: order(1).orderId, name: order(1).name })
  })

  test('mends what another file, a hand or a stopped unit changed behind its back', async () => {
    await onHost(
      id,
      `printf 'Match User deploy\\nPasswordAuthentication yes\\n' > /etc/ssh/sshd_config.d/00-a.conf; sed -i 1d /etc/ssh/sshd_config; usermod -p x deploy; iptables -I ufw-user-input -p tcp --dport 8080 -j ACCEPT; systemctl mask --now -q nginx`,
    )
    const before = await hosts.compare(as, id)
    const { report, host } = await hosts.prepare(as, id)

    const wrong = ['firewall.rules', 'nginx.runs', 'ssh.settings', 'users.deploy']
    expect(idsOf(before.items, 'differs')).toEqual(wrong)
    expect(idsOf(report.items, 'changed')).toEqual(wrong)
    expect(host.state).toBe('reserved')
    expect((await hosts.compare(as, id)).differs).toBe(0)
  })

  test('is compared by effect: what differs is told since when, one item is mended, then the rest', async () => {
    const { checkDrift, mend } = hosts
    await onHost(id, `systemctl mask --now -q nginx; iptables -I ufw-user-input -p tcp --dport 8080 -j ACCEPT`)
    const first = await checkDrift(as, id)
    const one = await mend(as, id, { only: ['nginx.runs'] })
    const second = await checkDrift(as, id)
    await mend(as, id)

    expect(first).toMatchObject({ verdict: 'fail', items: [{ id: 'firewall.rules' }, { id: 'nginx.runs' }] })
    expect(one).toMatchObject({ changed: 1, differs: 1 })
    expect(second.items).toEqual([first.items[0]])
    expect((await checkDrift(as, id)).verdict).toBe('pass')
    expect(await hosts.baselineHolds(as, id)).toMatchObject({ status: 'pass' })
  })

  test('is patched from fresh package lists, without a reboot', async () => {
    await db.rows(`update host set state = 'ready' where id = $1`, [id])
    const patched = await hosts.patch(as, id, { mayReboot: false })
    await db.rows(`update host set state = 'reserved' where id = $1`, [id])

    expect(patched).toMatchObject({ changed: true, rebooted: false })
    expect((await hosts.checkDrift(as, id)).verdict).toBe('pass')
  })

  test('is quarantined with the item and what to do when one cannot be made so', async () => {
    await onHost(id, 'rm /etc/logrotate.d/nexus; mkdir /etc/logrotate.d/nexus')
    const failure = await hosts.prepare(as, id).then(() => undefined, toFailure)
    const quarantined = await hosts.find(as, id)
    await onHost(id, 'rm -r /etc/logrotate.d/nexus')
    const { host } = await hosts.prepare(as, id)

    expect(failure).toMatchObject({ code: 'host.baseline_failed', message: expect.stringContaining('logs.rotation') })
    expect(quarantined.state).toBe('quarantined')
    expect(host.state).toBe('reserved')
  })

  test('is rebooted where its updates ask for it, and answers again', async () => {
    await onHost(id, 'touch /run/reboot-required')
    const { report } = await hosts.prepare(as, id)
    const said = await onHost(id, `[ -e /run/reboot-required ] && due=true || due=false; printf '{"due":%s}\\n' $due`)

    expect(report.rebootRequired).toBe(true)
    expect(said.events).toEqual([{ due: false }])
    await expect
      .poll(async () => foldChecks(await hosts.preflight(as, id)), { timeout: 60_000, interval: 1000 })
      .not.toBe('fail')
    // Units that come up later than sshd are still on their way when the first login works.
    await expect.poll(async () => (await hosts.compare(as, id)).differs, { timeout: 60_000, interval: 1000 }).toBe(0)
  })

  test('is refused with another key than the pinned one', async () => {
    const real = await asNow(id)
    const failure = await remote
      .run(
        { ...real, hostId: 'other', hostKey: newHostKey().publicKey },
        { name: 'look', script: 'true', timeoutSeconds: 5 },
      )
      .then(() => undefined, toFailure)

    expect(failure).toMatchObject({ code: 'host.key_changed', hint: expect.stringContaining('accept') })
  })

  test('refuses a program of an older takeover and one that runs too long', async () => {
    const address = await asNow(id)
    const send = (takeover: number, script: string, timeoutSeconds = 10) =>
      remote.run(address, { name: 'try', script, timeoutSeconds, fence: { run: `run-${chance}`, takeover } }).then(
        (result) => result.exit,
        (thrown) => toFailure(thrown).code,
      )

    expect(await send(2, 'exit 7')).toBe(7)
    expect(await send(1, 'exit 0')).toBe('host.program_stale')
    expect(await send(2, 'sleep 30 & sleep 30', 1)).toBe('host.program_timeout')
    expect(await send(3, 'pgrep -x sleep >/dev/null && exit 1; exit 0')).toBe(0)
  })

  test('writes a file whole', async () => {
    const content = Buffer.alloc(300_000, 'x')
    await remote.upload(await asNow(id), '/srv/nexus/try/file', content, '640')

    const said = await onHost(id, `stat -c '{"mode":"%a","size":%s,"owner":"%U"}' /srv/nexus/try/file`)
    expect(said.events).toEqual([{ mode: '640', size: 300_000, owner: 'root' }])
  })

  test('is never rebuilt, destroyed or given back once it was live', async () => {
    await hosts.markLive(as, id)
    const codes = await Promise.all(
      [hosts.rebuild(as, id, 'rbd_1'), hosts.destroy(as, id), hosts.release(as, id)].map((each) =>
        each.then(
          () => 'done',
          (thrown) => toFailure(thrown).code,
        ),
      ),
    )

    expect(codes).toEqual(['host.was_live', 'host.was_live', 'host.was_live'])
  })
})

describe('the access settings', () => {
  test('are put back by the host itself when nobody confirms them', async () => {
    const host = await hosts.provide(as, order(5))
    await hosts.connect(as, host.id)
    const address = await asNow(host.id)
    const { armWords } = await import('./dead-man.ts')
    const { baselineWords } = await import('./baseline-shell.ts')
    const armed = await remote.run(address, {
      name: 'arm and lock',
      script: `${baselineWords}\n${armWords(3)}\narm >&3\nprintf 'PermitRootLogin no\\n' > /etc/ssh/sshd_config.d/00-nexus.conf\nsystemctl reload ssh\nexit 0`,
      timeoutSeconds: 30,
    })
    await remote.forget(host.id)

    expect(armed.events).toContainEqual({ type: 'armed', seconds: 3 })
    expect((await ssh(address.address, 'root')).code).toBe(255)
    await expect.poll(async () => (await ssh(address.address, 'root')).code, { timeout: 30_000, interval: 500 }).toBe(0)
    await hosts.release(as, host.id)
  })
})

describe('making a host', () => {
  test('that was cut off between request and answer finds it again instead of making two', async () => {
    const { proxy, url, cutNext } = await cuttingProxy(lab.url)
    const shaky = serviceWith(labHosts({ ...lab, url }))
    cutNext()

    const failure = await shaky.provide(as, order(2)).then(() => undefined, toFailure)
    const host = await shaky.provide(as, order(2))
    await shaky.connect(as, host.id)

    expect(failure).toMatchObject({ code: 'provider.unavailable', kind: 'unavailable' })
    expect((await provider.findByLabel('ticket', order(2).ticket)).length).toBe(1)
    proxy.close()
    const before = (await hosts.find(as, host.id)).hostKey
    await hosts.rebuild(as, host.id, 'rbd_1')
    expect((await hosts.connect(as, host.id)).hostKey).not.toBe(before)
    await hosts.release(as, host.id)
    expect(await provider.findByLabel('ticket', order(2).ticket)).toEqual([])
  })

  test('is refused when the name belongs to another ticket', async () => {
    const own = await hosts.provide(as, order(3)).then((host) => host.id)
    const failure = await hosts.provide(as, { ...order(4), name: order(3).name }).then(() => undefined, toFailure)
    await hosts.release(as, own)

    expect(failure).toMatchObject({ code: 'host.name_taken', kind: 'conflict' })
  })

  test('refills the pool up to its target and no further', async () => {
    await hosts.setPoolTarget(as, { region: 'lab', plan: 'lab', target: 1 })
    const spare = await hosts.refillOne(as, { region: 'lab', plan: 'lab' })
    const again = await hosts.refillOne(as, { region: 'lab', plan: 'lab' })
    made.push(spare?.name ?? '')

    expect(spare?.address).toBeDefined()
    expect(again?.id).toBe(spare?.id)
    await hosts.destroy(as, spare?.id ?? '')
  })
})

/** Hands everything on to the provider, but breaks the line after the next POST was answered there. */
async function cuttingProxy(target: string): Promise<{ proxy: Server; url: string; cutNext: () => void }> {
  let cut = false
  const proxy = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    })
    const text = await answer.text()
    if (cut && request.method === 'POST') {
      cut = false
      request.socket.destroy()
    } else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready))
  const { port } = proxy.address() as AddressInfo
  return {
    proxy,
    url: `http://127.0.0.1:${port}`,
    cutNext: () => {
      cut = true
    },
  }
}
