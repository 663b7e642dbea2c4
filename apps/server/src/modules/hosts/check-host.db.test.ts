import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Actor, grants } from '../../platform/actor.ts'
import { type PretendDisk, pretendWorld } from '../../platform/adapters/pretend-world.ts'
import { toFailure } from '../../platform/errors.ts'
import type { Hosts } from './index.ts'

const of = { region: 'lab-1', plan: 'lab' }
let app: PretendApp
let hosts: Hosts
let ann: Actor
let ben: Actor
let id: string

beforeAll(async () => {
  app = await pretendApp()
  hosts = app.services.hosts
  const actor = async (name: string): Promise<Actor> => {
    const given = { name, email: `${name}@nexus.test`, roles: ['platform' as const] }
    return { id: (await app.services.access.createPerson(app.me, given)).id, name, permissions: grants.platform }
  }
  ann = await actor('ann')
  ben = await actor('ben')
  await hosts.setPoolTarget(app.me, { ...of, target: 1 })
  id = String((await hosts.refillOne(app.me, of))?.id)
  await hosts.connect(app.me, id)
  await hosts.prepare(app.me, id)
})
afterAll(() => app?.stop())

/** Behind the back of Nexus: the receipt on the host still says that everything is so. */
const onHost = async (work: (disk: PretendDisk) => void) => {
  const { address } = await hosts.find(app.me, id)
  pretendWorld(app.home).change((world) => {
    const server = world.servers.find((each) => each.address === address)
    if (server) work(server.disk)
  })
}
const breaks = (...items: readonly string[]) =>
  onHost((disk) => {
    disk.items = disk.items.filter((each) => !items.includes(each))
  })
const differing = async () => (await hosts.lastCheck(ann, id)).items.map((each) => each.id)
const updates = 'system.updates'
const firewall = 'firewall.rules'

describe('a look at a host', () => {
  test('finds what differs though the receipt is untouched, and since when', async () => {
    expect((await hosts.checkDrift(ann, id)).verdict).toBe('pass')
    const [item = ''] = (await hosts.lastBaseline(ann, id)).report.items.map((each) => each.id)
    await breaks(item)

    const first = await hosts.checkDrift(ann, id)
    const second = await hosts.checkDrift(ann, id)

    expect(first).toMatchObject({ verdict: 'fail', items: [{ id: item }] })
    expect(second.items[0]?.firstSeen).toEqual(first.items[0]?.firstSeen)
    expect(await hosts.baselineHolds(ann, id)).toMatchObject({ name: 'baseline.holds', status: 'fail' })
    const trail = await app.db.rows(`select 1 from audit_entry where subject = $1 and action = 'host.drift_seen'`, [id])
    expect(trail).toHaveLength(1)
  })

  test('of a host that does not answer is unknown, and what was known of it stays', async () => {
    app.faults.add({ program: 'compare with the baseline', times: 1, how: 'cut' })
    const known = await differing()

    const look = await hosts.checkDrift(ann, id)

    expect(look.verdict).toBe('unknown')
    expect(look.items.map((each) => each.id)).toEqual(known)
    expect((await hosts.baselineHolds(ann, id)).status).toBe('unknown')
    await hosts.checkDrift(ann, id)
  })

  test('that is too old is unknown to a gate', async () => {
    await app.db.rows(`update host_look set seen_at = seen_at - interval '25 hours' where host_id = $1`, [id])

    expect((await hosts.baselineHolds(ann, id)).status).toBe('unknown')
    await hosts.checkDrift(ann, id)
  })
})

describe('mending', () => {
  test('one item leaves the others, and all of them leave nothing', async () => {
    const items = (await hosts.lastBaseline(ann, id)).report.items.map((each) => each.id)
    const [one = '', other = ''] = items
    await breaks(one, other)
    await hosts.checkDrift(ann, id)

    const report = await hosts.mend(ann, id, { only: [one] })

    expect(report).toMatchObject({ changed: 1, differs: 1 })
    expect((await hosts.checkDrift(ann, id)).items.map((each) => each.id)).toEqual([other])
    await hosts.mend(ann, id)
    expect((await hosts.checkDrift(ann, id)).verdict).toBe('pass')
  })

  test('of an item that the baseline has not is refused', async () => {
    expect(await hosts.mend(ann, id, { only: ['nothing.like.it'] }).then(() => undefined, toFailure)).toMatchObject({
      code: 'host.no_such_item',
    })
  })
})

describe('a deviation', () => {
  const until = new Date(Date.now() + 5 * 86_400_000)
  const wanted = () => ({ hostId: id, item: updates, reason: 'the vendor tests them first', until })

  test('takes another person, then it does not refuse, is not mended, and ends', async () => {
    await breaks(updates)
    expect((await hosts.checkDrift(ann, id)).verdict).toBe('fail')

    const asked = await hosts.acceptDeviation(ann, wanted()).then(() => undefined, toFailure)
    const [approval] = await app.services.approvals.list(ben, { limit: 1, state: 'open' })
    await app.services.approvals.approve(ben, approval?.id ?? '', 'read the contract')
    const deviation = await hosts.acceptDeviation(ann, wanted())

    expect(asked?.code).toBe('approvals.needed')
    expect(await hosts.lastCheck(ann, id)).toMatchObject({
      verdict: 'pass',
      items: [{ accepted: { id: deviation.id } }],
    })
    expect(await hosts.mend(ann, id)).toMatchObject({ changed: 0, differs: 1 })

    await hosts.endDeviation(ann, deviation.id, 'they tested them')
    expect((await hosts.lastCheck(ann, id)).verdict).toBe('fail')
    expect((await hosts.deviations(ann, { hostId: id, limit: 5 }))[0]).toMatchObject({ endedBy: ann.id })
  })

  test('whose day is over refuses again', async () => {
    const refused = await hosts
      .acceptDeviation(ann, { ...wanted(), until: new Date(0) })
      .then(() => undefined, toFailure)
    expect(refused?.code).toBe('host.bad_deviation_end')

    await hosts.acceptDeviation(ann, wanted()).catch(() => undefined)
    const [approval] = await app.services.approvals.list(ben, { limit: 1, state: 'open' })
    await app.services.approvals.approve(ben, approval?.id ?? '', 'once more')
    await hosts.acceptDeviation(ann, wanted())
    await app.db.rows(`update host_deviation set until = now() - interval '1 second' where ended_at is null`)

    expect((await hosts.lastCheck(ann, id)).verdict).toBe('fail')
  })
})

describe('access settings', () => {
  test('are mended under the dead-man rule: only a session of its own keeps them', async () => {
    const items = (await hosts.lastBaseline(ann, id)).report.items.map((each) => each.id)
    expect(items).toContain(firewall)
    await breaks(firewall)
    app.faults.add({ program: 'confirm that the host still lets us in', times: 1, how: 'fail' })

    const failed = await hosts.mend(ann, id, { only: [firewall] }).then(() => undefined, toFailure)

    expect(failed?.code).toBe('host.access_not_confirmed')
    expect((await hosts.find(ann, id)).state).toBe('quarantined')
  })
})
