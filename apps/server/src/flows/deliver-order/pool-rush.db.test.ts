import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Actor, grants } from '../../platform/actor.ts'

const of = { region: 'lab-1', plan: 'lab' }
const rush = 50
const spares = 10

let app: PretendApp
let ben: Actor
beforeAll(async () => {
  app = await pretendApp({ settings: { hostsPerDay: rush, workers: rush + 10 } })
  const given = { name: 'ben', email: 'ben@nexus.test', roles: ['platform' as const] }
  ben = { id: (await app.services.access.createPerson(app.me, given)).id, name: 'ben', permissions: grants.platform }
})
afterAll(() => app?.stop())

const until = async (what: string, seconds: number, holds: () => Promise<boolean>) => {
  const limit = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`${what}: not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
const countOf = async (sql: string) => (await app.db.row<{ count: number }>(sql))?.count ?? 0

describe(`${rush} orders at once on ${spares} spares`, () => {
  test('are served: ten warm, the rest on demand, no host twice', { timeout: 150_000 }, async () => {
    await app.services.hosts.setPoolTarget(app.me, { ...of, target: spares })
    await until('the spares', 60, async () => (await app.services.hosts.spares(app.me, of)).length === spares)
    await app.services.hosts.setPoolTarget(app.me, { ...of, target: 0 })

    // Every delivery stands still once it has its host: what is looked at is the rush for hosts.
    app.faults.add({ program: 'read the facts of the host', times: rush, how: 'hang', seconds: 60 })

    const sent = await Promise.all(
      Array.from({ length: rush }, (_, index) => app.post('order_paid', app.order(`Rush${index}`))),
    )
    await until(
      'a host for each',
      60,
      async () => (await countOf('select count(host_id) as count from orders')) === rush,
    )

    const orders = await app.db.rows<{ host_id: string; warm: boolean }>('select host_id, warm from orders')
    expect(sent.every((each) => each.status === 202)).toBe(true)
    expect(new Set(orders.map((each) => each.host_id)).size).toBe(rush)
    expect(orders.filter((each) => each.warm)).toHaveLength(spares)
    expect(app.world().effects.created).toBe(rush)
  })

  test('and one more is above the ceiling of the day: it waits, and goes on by itself once somebody said yes', async () => {
    const { ticket } = await app.post('order_paid', app.order('OneMore'))

    const waiting = await app.until(ticket, ['Blocked'], 60)
    expect(waiting.blocked).toMatchObject({ kind: 'approval', waitingFor: 'us' })
    expect(waiting.blocked?.reason).toContain(`${rush} a day is the ceiling`)
    const [asked] = await app.services.approvals.list(ben, { limit: 5, state: 'open' })
    expect(waiting.blocked?.commands[0]).toContain(asked?.id ?? 'nobody was asked')
    expect(app.world().effects.created).toBe(rush)

    await app.services.approvals.approve(ben, asked?.id ?? '', 'the customer has paid')
    await until('its host', 60, async () => (await app.find(ticket)).hostId !== undefined)

    expect((await app.find(ticket)).state).not.toBe('Blocked')
    expect(app.world().effects.created).toBe(rush + 1)
    const [bought] = await app.services.hosts.effects(ben, { limit: 1 })
    expect(bought).toMatchObject({ label: `ticket=${ticket}`, approvalId: asked?.id })
    expect((await app.services.approvals.find(ben, asked?.id ?? '')).state).toBe('used')
  })

  test('a no ends the attempt with what was said; the next attempt asks anew', async () => {
    const { ticket } = await app.post('order_paid', app.order('Refused'))
    await app.until(ticket, ['Blocked'], 60)
    const [asked] = await app.services.approvals.list(ben, { limit: 5, state: 'open' })

    await app.services.approvals.refuse(ben, asked?.id ?? '', 'not today')
    await until('the end of the attempt', 60, async () => (await app.find(ticket)).blocked?.kind === 'failed_act')

    expect((await app.find(ticket)).blocked?.reason).toContain('not today')
    await app.untilEnded(`deliver-order:${ticket}:1`)
    await app.services.orders.retry(app.me, ticket)
    await until('the second question', 60, async () => (await app.find(ticket)).blocked?.kind === 'approval')
    expect((await app.services.approvals.list(ben, { limit: 1, state: 'open' }))[0]?.id).not.toBe(asked?.id)
  })
})
