import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breaks as everyBreak, notTried, onDebian12, others } from '../../../test/harness/baseline-breaks.ts'
import { type HostLab, idsOf, startHostLab } from '../../../test/harness/host-lab.ts'
import { systemActor } from '../../platform/actor.ts'
import { toFailure } from '../../platform/errors.ts'
import type { ItemEvent } from './baseline-report.ts'

const as = systemActor('deliver-order')
let lab: HostLab
let id: string
let second: string
/** Of the ways to undo an item those that this host has. */
let breaks: typeof everyBreak

/** The one that is looked at gets the whole baseline; the one that looks is bare. */
beforeAll(async () => {
  lab = await startHostLab()
  ;[id, second] = await Promise.all([whole(1), bare(2)])
  const isOlder = (await lab.hosts.facts(as, id))?.osVersion === '12'
  breaks = Object.fromEntries(Object.entries(everyBreak).filter(([item]) => isOlder || !onDebian12.includes(item)))
})
afterAll(async () => {
  await lab.close()
})

async function made(number: number): Promise<string> {
  const host = await lab.hosts.provide(as, lab.order(number))
  await lab.hosts.connect(as, host.id)
  return host.id
}

async function whole(number: number): Promise<string> {
  const own = await made(number)
  await lab.hosts.prepare(as, own)
  return own
}

async function bare(number: number): Promise<string> {
  const own = await lab.bareHost(number)
  const words = 'DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3 openssh-client >/dev/null'
  await lab.onHost(own, words, 300)
  return own
}

const receipt = async () => (await lab.onHost(id, 'cat /var/lib/nexus-host/receipt.json')).events

/** What opens the host to the outside. */
const openers: readonly string[] = ['firewall.rules', 'firewall.outer', 'fail2ban.runs']
const pick = (from: Readonly<Record<string, string>>, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)))

/** All at once: each is a program of its own, so that one that fails is not hidden by the next. */
async function undo(what: Readonly<Record<string, string>>): Promise<void> {
  const words = Object.entries(what).map(
    ([item, script]) => `( ${script}\n) >/dev/null 2>&1 || printf '{"failed":"%s"}\\n' ${item}`,
  )
  expect((await lab.onHost(id, words.join('\n'))).events).toEqual([])
}

/** What a Compose file may do: a container on every address, of an image made of what is on the host. */
const publish = `set -e; cd /tmp; rm -rf img; mkdir -p img
for f in /usr/bin/socat $(ldd /usr/bin/socat | grep -o '/[^ ]*'); do mkdir -p "img$(dirname $f)"; cp -L "$f" "img$f"; done
tar -C img -c . | docker import - answers >/dev/null
docker run -d --name answers -p 0.0.0.0:8099:8099 -p '[::]:8099:8099' answers /usr/bin/socat TCP6-LISTEN:8099,fork,reuseaddr PIPE >/dev/null
printf '{"up":true}\\n'`

const proven = async (of = lab.hosts) =>
  Object.fromEntries((await of.prove(as, id, { from: second })).map((each) => [each.name, each]))

const named = ({ items }: { readonly items: readonly ItemEvent[] }, item: string) =>
  items.find((each) => each.id === item)

test('each item of the baseline has a way to be broken behind its back, or a reason why not', async () => {
  const { items } = await lab.hosts.compare(as, id)

  expect([...Object.keys(breaks), ...Object.keys(notTried)].sort()).toEqual(items.map((each) => each.id).sort())
  expect(idsOf(items, 'skipped')).toEqual(
    Object.keys(notTried)
      .filter((each) => each !== 'haproxy.version')
      .sort(),
  )
  expect(idsOf(items, 'differs')).toEqual([])
})

describe('a host seen from outside', () => {
  beforeAll(async () => {
    expect((await lab.onHost(id, publish)).events).toEqual([{ up: true }])
  })

  test('answers on 22, 80 and 443 only, to here and to a neighbour, though a container is published everywhere', async () => {
    const found = await proven()
    const said = Object.values(found).map(({ name, status, summary }) => ({ name, status, summary }))

    expect(said.filter(({ status }) => status !== 'pass')).toEqual([
      { name: 'outside.ssh.source', status: 'not_applicable', summary: 'SSH is open to every source' },
    ])
    expect(Object.keys(found).sort()).toEqual([
      'outside.ban',
      'outside.login.password',
      'outside.login.root',
      'outside.neighbour',
      'outside.ports.ipv4',
      'outside.ports.ipv6',
      'outside.second.login.password',
      'outside.second.ports.ipv4',
      'outside.second.ports.ipv6',
      'outside.ssh.source',
    ])
    expect(found['outside.second.ports.ipv4']?.vantage).toMatch(/^host /)
  })

  test('shuts out whoever guesses logins, and lets the control plane in meanwhile', async () => {
    const { address } = await lab.hosts.addressOf(id)
    const guess = `for i in 1 2 3 4 5 6 7 8; do timeout 10 ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=3 "guess$i@${address}" true; done; exit 0`
    await lab.onHost(second, guess)

    const knock = `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/22' && printf '{"in":true}\\n' || printf '{"in":false}\\n'`
    await expect
      .poll(async () => (await lab.onHost(second, knock)).events, { timeout: 60_000, interval: 1000 })
      .toEqual([{ in: false }])
    expect(await lab.ssh(address, 'nexus')).toMatchObject({ ok: true })
    expect((await lab.ssh(address, 'root')).said).toMatch(/Permission denied \(publickey\)/)
    const own = (await lab.hosts.addressOf(second)).address
    await lab.onHost(id, `fail2ban-client set sshd unbanip ${own}`)
  })

  test('fails by the container, by a neighbour and by a ban that is none, as soon as the rules are gone', async () => {
    await undo(pick(breaks, openers))
    await lab.onHost(id, 'mv /usr/sbin/nft /usr/sbin/nft.away')
    const found = await proven().finally(() =>
      lab.onHost(id, 'mv /usr/sbin/nft.away /usr/sbin/nft; docker rm -f answers >/dev/null'),
    )

    expect(found['outside.ports.ipv4']).toMatchObject({ status: 'fail', summary: expect.stringContaining('8099') })
    expect(found['outside.ports.ipv6']?.status).toBe('fail')
    expect(found['outside.second.ports.ipv4']?.status).toBe('fail')
    expect(found['outside.neighbour']?.status).toBe('fail')
    expect(found['outside.ban']?.status).toBe('fail')
  })
})

describe('each item of the baseline that was undone', () => {
  test('is found and mended by its effect whatever the receipt says, after a wait for the dpkg lock that something else holds', async () => {
    const kept = await receipt()
    await undo(
      pick(
        breaks,
        Object.keys(breaks).filter((each) => !openers.includes(each)),
      ),
    )

    const before = await lab.hosts.compare(as, id)
    expect(idsOf(before.items, 'differs')).toEqual(Object.keys(breaks).sort())
    expect(await receipt()).toEqual(kept)

    await lab.onHost(id, 'systemd-run -q flock /var/lib/dpkg/lock-frontend sleep 10; sleep 0.5')
    const said: unknown[] = []
    const { report } = await lab.hosts.prepare(as, id, { onEvent: (event) => said.push(event) })
    expect(said).toContainEqual(expect.objectContaining({ type: 'waiting', for: expect.stringContaining('dpkg lock') }))
    expect(idsOf(report.items, 'changed')).toEqual(Object.keys(breaks).sort())
    expect(idsOf((await lab.hosts.compare(as, id)).items, 'differs')).toEqual([])
  })

  test('in another way is found too, and a dry run shows what would change in its files and changes nothing', async () => {
    await undo(others)

    const first = await lab.hosts.compare(as, id)
    const again = await lab.hosts.compare(as, id)
    expect(idsOf(first.items, 'differs')).toEqual(Object.keys(others).sort())
    expect(named(first, 'logs.rotation')?.diff).toContain('+/var/log/nexus/*.log {')
    expect(named(first, 'users.deploy')?.diff).toMatch(/^-ssh-ed25519 AAAA$/m)
    const withoutTimes = first.items.map(({ seconds: _seconds, ...each }) => each)
    expect(again.items.map(({ seconds: _seconds, ...each }) => each)).toEqual(withoutTimes)
  })

  test('is mended in the same run that closes 22 by source; what nobody can tell of that is unknown', async () => {
    const facts = await lab.hosts.facts(as, id)
    const here = facts?.controlAddress ?? ''
    const bySource = lab.serviceWith({ sshSources: [here, '198.51.100.9'], controlAddresses: [here] })
    const { report } = await bySource.prepare(as, id)

    expect(idsOf(report.items, 'changed')).toEqual(expect.arrayContaining(Object.keys(others).sort()))
    expect(idsOf((await bySource.compare(as, id)).items, 'differs')).toEqual([])
    expect((await proven(bySource))['outside.ssh.source']).toMatchObject({ status: 'pass' })
    await lab.db.rows(`update host set state = 'quarantined' where id = $1`, [second])
    const alone = Object.fromEntries((await bySource.prove(as, id)).map((each) => [each.name, each.status]))
    expect(alone).toMatchObject({
      'outside.ports.ipv4': 'pass',
      'outside.second.ports': 'unknown',
      'outside.ssh.source': 'unknown',
      'outside.neighbour': 'unknown',
      'outside.ban': 'unknown',
    })
  })
})

/** As soon as the baseline is through: no jump of ufw is left, under a policy that drops. */
const shut = `systemd-run -q sh -c 'until [ /var/lib/nexus-host/receipt.json -nt /run/began ]; do sleep 0.2; done; for t in iptables ip6tables; do $t -P INPUT DROP; $t -F INPUT; done'`

describe('access settings that would lock everybody out', () => {
  test('are taken back by the host, with the jumps of its firewall, and the host is quarantined', async () => {
    const elsewhere = lab.serviceWith({ sshPort: 2222, deadManSeconds: 20 })
    const { address } = await lab.hosts.addressOf(id)
    await lab.onHost(id, `iptables -t mangle -I PREROUTING -p tcp --dport 2222 -j DROP; touch /run/began; ${shut}`)

    const failure = await elsewhere.prepare(as, id).then(() => undefined, toFailure)

    expect(failure?.code).toBe('host.access_not_confirmed')
    expect((await lab.hosts.find(as, id)).state).toBe('quarantined')
    await expect.poll(async () => (await lab.ssh(address, 'nexus')).ok, { timeout: 90_000, interval: 1000 }).toBe(true)
    const jumps = `for t in iptables ip6tables; do printf '{"%s":%s}\n' $t "$($t -w -S INPUT | grep -c -- '-j ufw')"; done`
    await expect
      .poll(async () => (await lab.onHost(id, jumps)).events, { timeout: 60_000, interval: 500 })
      .toEqual([{ iptables: 6 }, { ip6tables: 6 }])
    await lab.onHost(id, 'iptables -t mangle -D PREROUTING -p tcp --dport 2222 -j DROP')
    expect((await lab.hosts.prepare(as, id)).host.state).toBe('reserved')
  })
})
