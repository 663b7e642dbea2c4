import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HostLab, idsOf, startHostLab } from '../../../test/harness/host-lab.ts'
import { systemActor } from '../../platform/actor.ts'
import { toFailure } from '../../platform/errors.ts'
import type { ItemEvent } from './baseline-report.ts'

const as = systemActor('deliver-order')
let lab: HostLab
let id: string
let server: string

beforeAll(async () => {
  lab = await startHostLab()
  const host = await lab.hosts.provide(as, lab.order(1))
  id = host.id
  server = host.providerId ?? ''
  await lab.hosts.connect(as, id)
})
afterAll(async () => {
  await lab.close()
})

/** What a provider's console does to a machine. */
async function tell(verb: 'reboot' | 'cut' | 'heal'): Promise<void> {
  const { provider } = JSON.parse(await readFile(`${process.env['NEXUS_LAB_HOME']}/lab.json`, 'utf8'))
  const headers = { authorization: `Bearer ${provider.token}` }
  const answer = await fetch(`${provider.url}/servers/${server}/${verb}`, { method: 'POST', headers })
  expect(answer.status).toBe(200)
}

const answers = () =>
  expect
    .poll(() => lab.onHost(id, 'true').then(({ exit }) => exit, toFailure), { timeout: 60_000, interval: 500 })
    .toBe(0)

const isItem = (event: unknown): event is ItemEvent =>
  typeof event === 'object' && event !== null && 'type' in event && event.type === 'item'

/** The baseline, and what is done to the host as soon as an item of it is through. */
async function brokenOff(at: string, verb: 'reboot' | 'cut') {
  const done: string[] = []
  let told: Promise<void> | undefined
  const onEvent = (event: unknown) => {
    if (!isItem(event)) return
    if (event.status === 'changed') done.push(event.id)
    if (event.id === at) told ??= tell(verb)
  }
  const failure = await lab.hosts.prepare(as, id, { onEvent }).then(() => undefined, toFailure)
  await told
  return { done, failure }
}

describe('a baseline that is broken off', () => {
  test('by a restart of the host goes on with the next item', async () => {
    const { done, failure } = await brokenOff('logs.journal', 'reboot')
    expect(failure?.kind).toBe('unavailable')
    expect((await lab.hosts.find(as, id)).state).toBe('preparing')
    await answers()

    const { host, report } = await lab.hosts.prepare(as, id)

    expect(done).toContain('packages.base')
    expect(idsOf(report.items, 'ok')).toEqual(expect.arrayContaining(done.filter((each) => each !== 'logs.journal')))
    expect(idsOf(report.items, 'changed')).toContain('ssh.settings')
    expect(host.state).toBe('reserved')
  })

  test('by a network that is cut is said to be, and ends whole when it is back', async () => {
    await lab.onHost(id, 'rm /etc/logrotate.d/nexus /etc/profile.d/zz-nexus.sh; systemctl mask -q --now haproxy')
    const { failure } = await brokenOff('logs.rotation', 'cut')
    expect(failure?.kind).toBe('unavailable')
    await tell('heal')
    await answers()

    await lab.hosts.prepare(as, id)

    expect((await lab.hosts.compare(as, id)).differs).toBe(0)
  })

  test('by a disk that is full names the item and what the system said, and ends whole when there is room', async () => {
    await lab.onHost(
      id,
      'mount -t tmpfs -o size=4k none /etc/logrotate.d; head -c 4096 /dev/zero > /etc/logrotate.d/full',
    )
    const failure = await lab.hosts.prepare(as, id).then(() => undefined, toFailure)
    const quarantined = (await lab.hosts.find(as, id)).state
    await lab.onHost(id, 'umount /etc/logrotate.d')
    await lab.hosts.prepare(as, id)

    expect(failure).toMatchObject({ code: 'host.baseline_failed', message: expect.stringContaining('logs.rotation') })
    expect(failure?.message).toContain('No space left on /etc/logrotate.d')
    expect(quarantined).toBe('quarantined')
    expect((await lab.hosts.compare(as, id)).differs).toBe(0)
  })
})

test('of all 65,535 ports of a host, on IPv4 and IPv6, only the admitted ones answer, and one that is opened is found', async () => {
  const all = async () =>
    Object.fromEntries((await lab.hosts.prove(as, id, { allPorts: true })).map((each) => [each.name, each]))
  const closed = await all()
  await lab.onHost(
    id,
    'for t in iptables ip6tables; do $t -I INPUT -p tcp --dport 61234 -j ACCEPT; done; systemd-run -q --unit open socat TCP6-LISTEN:61234,fork,reuseaddr PIPE',
  )
  const opened = await all()

  for (const family of ['ipv4', 'ipv6']) {
    expect(closed[`outside.ports.${family}`]).toMatchObject({ status: 'pass', summary: '65532 others are silent' })
    expect(opened[`outside.ports.${family}`]).toMatchObject({ status: 'fail', summary: '61234 (open) answers' })
  }
})
