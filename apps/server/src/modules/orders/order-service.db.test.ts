import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants, systemActor } from '../../platform/actor.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import { type Orders, orderService } from './order-service.ts'
import { parsePlans } from './plan-catalogue.ts'
import type { OrderEvent } from './receive-order.ts'

const root = join(import.meta.dirname, '../../../../..')
const plans = parsePlans(readFileSync(join(root, 'apps/server/plans.yaml'), 'utf8'))
const sample = JSON.parse(readFileSync(join(root, 'examples/orders/acme.json'), 'utf8')) as Record<string, unknown>
const flow = systemActor('deliver-order', 'per_pia')
const pia: Actor = { id: 'per_pia', name: 'Pia', permissions: grants.provisioning }
const sally: Actor = { id: 'per_sally', name: 'Sally', permissions: grants.sales }
const paid = new Date('2026-01-15T09:00:00Z')

let db: Database
let orders: Orders
let clock = paid
let calls: string[] = []
let number = 0
/** So many starts find that the run before has not written its end yet. */
let stillEnding = 0

const at = (hours: number) => {
  clock = addSeconds(paid, hours * 3600)
}
const body = (more: object = {}): Record<string, unknown> => ({
  ...sample,
  orderNumber: `S-${number}`,
  payment: { ...(sample.payment as object), paidAt: paid.toISOString() },
  ...more,
})
let sent = 0
const receive = (event: OrderEvent, data: unknown) => {
  sent += 1
  return orders.receive(flow, { webhookId: `msg_${sent}`, event, body: data })
}
const paidOrder = async (more: object = {}) => (await receive('order_paid', body(more))).order
const failure = (work: Promise<unknown>) => work.then(() => undefined, toFailure)
const trail = async (id: string) =>
  (
    await db.rows<{ action: string }>(
      'select action from audit_entry where subject = $1 order by at, xmin::text::bigint',
      [id],
    )
  ).map((row) => row.action)
const promises = (id: string) =>
  db.rows<{ kind: string; due_at: Date }>(
    'select kind, due_at from promise where subject = $1 and started_at is null order by due_at',
    [id],
  )

const queued = async (more: object = {}) => {
  const order = await paidOrder(more)
  await orders.triage(flow, order.id)
  return order
}
const inValidation = async () => {
  const order = await queued()
  await orders.hostReserved(flow, order.id, { hostId: 'hst_1', warm: true })
  await orders.startProvisioning(flow, order.id)
  await orders.startValidation(flow, order.id)
  return order
}
const live = async () => {
  const order = await inValidation()
  await orders.goLive(flow, order.id, { metadata: { urls: { app: 'https://app.acme.test' } }, checklist: [] })
  return order
}

beforeAll(async () => {
  db = await testDatabase()
  orders = orderService({
    db,
    plans,
    now: () => clock,
    provisioners: async () => [
      { id: 'per_pia', name: 'Pia' },
      { id: 'per_quin', name: 'Quin' },
    ],
    startDelivery: async (_tx, { ticket, attempt }) => {
      if (stillEnding > 0) {
        stillEnding -= 1
        throw new NexusError('run.already_active', 'conflict', 'A run of it is going.')
      }
      calls.push(`start ${ticket}:${attempt}`)
    },
    stopDelivery: async (_tx, { runId }) => void calls.push(`stop ${runId}`),
    startGiveBack: async (_tx, { ticket }) => void calls.push(`give back ${ticket}`),
  })
})
beforeEach(() => {
  number += 1
  calls = []
  at(0)
})

describe('a paid order', () => {
  test('is triaged into the queue with an owner, a due time and its promises', async () => {
    const order = await paidOrder()
    const triage = await orders.triage(flow, order.id)

    expect(triage).toMatchObject({ ready: true, problems: [], dueAt: '2026-01-15T11:00:00.000Z' })
    expect(triage.order).toMatchObject({
      hostName: 'nexus-acme-gmbh-prod',
      domain: 'acme.test',
      providers: ['lab', 'pretend'],
    })
    expect((await orders.find(pia, order.ticket)).state).toBe('Queued')
    expect(await promises(order.id)).toEqual([
      { kind: 'order.at_risk', due_at: new Date('2026-01-15T10:30:00Z') },
      { kind: 'order.breach', due_at: new Date('2026-01-15T11:00:00Z') },
    ])
    expect(await trail(order.id)).toEqual(['order.opened', 'order.triaged'])
  })

  test('triaged twice is triaged once', async () => {
    const order = await paidOrder()

    expect(await orders.triage(flow, order.id)).toEqual(await orders.triage(flow, order.id))
    expect(await trail(order.id)).toEqual(['order.opened', 'order.triaged'])
  })

  test('goes to the least loaded owner', async () => {
    const before = await db.rows<{ owner_id: string; load: number }>(
      `select owner_id, count(*) as load from orders where state not in ('Draft', 'Live', 'Cancelled') group by owner_id`,
    )
    const owners = await Promise.all([1, 2, 3, 4].map((each) => paidOrder({ orderNumber: `S-${number}-${each}` })))

    const load = new Map(before.map((row) => [row.owner_id, row.load]))
    for (const { owner } of owners) load.set(owner?.id ?? '', (load.get(owner?.id ?? '') ?? 0) + 1)
    expect(Math.abs((load.get('per_pia') ?? 0) - (load.get('per_quin') ?? 0))).toBeLessThanOrEqual(1)
  })

  test('goes live with its metadata, its trail and its clock at rest', async () => {
    const order = await live()

    const found = await orders.show(pia, order.ticket)
    expect(found.order).toMatchObject({
      state: 'Live',
      breachedAt: undefined,
      metadata: { urls: { app: 'https://app.acme.test' } },
    })
    expect(await promises(order.id)).toEqual([])
    expect(await trail(order.id)).toEqual([
      'order.opened',
      'order.triaged',
      'order.host_reserved',
      'order.provisioning',
      'order.validation',
      'order.live',
    ])
  })

  test('has an incident and is live again', async () => {
    const order = await live()

    expect((await orders.openIncident(pia, order.id, { reason: 'backend down' })).state).toBe('Incident')
    expect((await orders.resolveIncident(pia, order.id, { reason: 'restarted' })).state).toBe('Live')
  })
})

describe('an incomplete order', () => {
  test('is Blocked with everything that is missing, starts nothing, and has an owner and a due time', async () => {
    const order = await paidOrder({ region: null, initialAdminEmail: 'nobody', plan: 'enterprise' })

    expect(order).toMatchObject({
      state: 'Blocked',
      blocked: { kind: 'missing_data', from: 'Ready for Provisioning', waitingFor: 'customer' },
    })
    expect(order.blocked?.problems.map((problem) => problem.path)).toEqual(['region', 'initialAdminEmail', 'sso'])
    expect(order.owner).toBeDefined()
    expect(calls).toEqual([])
  })

  test('that is not paid is Blocked for its payment and has no clock', async () => {
    const order = await paidOrder({ payment: { status: 'pending', amount: 1, currency: 'EUR', reference: 'r' } })

    expect(order).toMatchObject({ state: 'Blocked', blocked: { kind: 'payment' }, dueAt: undefined })
  })

  test('is freed by the amendment that completes it, later by the time it waited', async () => {
    const order = await paidOrder({ region: null })
    at(1)
    const amended = (await receive('order_amended', { orderNumber: `S-${number}`, region: 'lab-1' })).order

    expect(amended).toMatchObject({ state: 'Ready for Provisioning', blocked: undefined, attempt: 1 })
    expect(amended.dueAt).toEqual(new Date('2026-01-15T12:00:00Z'))
    expect(calls).toEqual([`start ${order.ticket}:1`])
  })

  test('stays Blocked, with a shorter list, while something is still missing', async () => {
    const order = await paidOrder({ region: null, slaTier: null })

    const amended = await orders.amend(pia, order.ticket, { region: 'lab-1' })

    expect(amended.blocked?.problems.map((problem) => problem.path)).toEqual(['slaTier'])
    expect(calls).toEqual([])
  })
})

describe('the same order number with another body', () => {
  test('amends the order before a host is reserved', async () => {
    const order = await queued()

    const again = await receive('order_paid', body({ expectedUsers: 99 }))

    expect(again).toMatchObject({ repeat: false, order: { id: order.id, fields: { expectedUsers: 99 } } })
    expect(calls).toEqual([`start ${order.ticket}:1`])
  })

  test('is kept as a proposed change for the owner once a host is reserved, and told twice is one task', async () => {
    const order = await queued()
    await orders.hostReserved(flow, order.id, { hostId: 'hst_9', warm: true })

    await receive('order_amended', { orderNumber: `S-${number}`, expectedUsers: 99 })
    await receive('order_amended', { orderNumber: `S-${number}`, expectedUsers: 99 })

    const { order: found, tasks } = await orders.show(pia, order.ticket)
    expect(found.fields.expectedUsers).toBe(25)
    expect(tasks).toMatchObject([{ kind: 'proposed_change', proposal: { expectedUsers: 99 } }])
    expect(await trail(order.id)).toContain('order.change_proposed')
  })

  test('that only repeats what was sent before does not undo what people amended since', async () => {
    const order = await queued()
    await orders.amend(pia, order.ticket, { expectedUsers: 50 })

    const again = await receive('order_paid', body())

    expect(again).toMatchObject({ repeat: true, order: { fields: { expectedUsers: 50 } } })
  })

  test('that makes it incomplete blocks it', async () => {
    const order = await queued()

    const again = await receive('order_paid', body({ region: '' }))

    expect(again.order).toMatchObject({
      id: order.id,
      state: 'Blocked',
      blocked: { kind: 'missing_data', from: 'Queued' },
    })
    expect((await failure(orders.hostReserved(flow, order.id, { hostId: 'hst_1', warm: true })))?.code).toBe(
      'order.blocked',
    )
    expect((await failure(orders.startProvisioning(flow, order.id)))?.code).toBe('order.blocked')
  })
})

describe('a refund or a cancellation', () => {
  test('before Live stops the running delivery, which cannot go live any more and ends Cancelled', async () => {
    const order = await inValidation()

    await receive('order_refunded', { orderNumber: `S-${number}`, reason: 'changed their mind' })

    expect(calls).toContain(`stop deliver-order:${order.ticket}:1`)
    expect((await failure(orders.goLive(flow, order.id, { metadata: {}, checklist: [] })))?.code).toBe(
      'order.cancel_wanted',
    )
    expect(await orders.finishCancel(flow, order.id)).toMatchObject({ state: 'Cancelled', hostId: undefined })
    expect(await promises(order.id)).toEqual([])
  })

  test('of an order whose delivery is over gives back what it left', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'failed_act', reason: 'smoke test' })

    await orders.cancel(pia, order.ticket, { reason: 'no longer wanted' })

    expect(calls).toContain(`give back ${order.ticket}`)
  })

  test('of an order that never started is done at once', async () => {
    const order = await paidOrder({ region: null })

    expect((await receive('order_cancelled', { orderNumber: `S-${number}` })).order.state).toBe('Cancelled')
    expect(calls).toEqual([])
    expect(order.state).toBe('Blocked')
  })

  test('after Live touches nothing and is a task of the owner', async () => {
    const order = await live()
    calls = []

    await receive('order_refunded', { orderNumber: `S-${number}`, reason: 'chargeback' })

    const { order: found, tasks } = await orders.show(pia, order.ticket)
    expect(found).toMatchObject({ state: 'Live', cancelWantedAt: undefined })
    expect(tasks).toMatchObject([{ kind: 'refund_after_live' }])
    expect(calls).toEqual([])
    expect((await failure(orders.cancel(pia, order.ticket, { reason: 'x' })))?.code).toBe('order.already_live')
  })
})

describe('a Blocked order', () => {
  test('waiting for DNS is freed by the flow, and its due time moves by the wait', async () => {
    const order = await inValidation()
    at(1)
    await orders.block(flow, order.id, { kind: 'dns', reason: 'no A record' })
    at(3)
    const freed = await orders.unblock(flow, order.id, { reason: 'the records are there' })

    expect(freed).toMatchObject({ state: 'Validation', dueAt: new Date('2026-01-15T13:00:00Z') })
  })

  test('after a failed act is freed by a person only, by a new attempt', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'failed_act', reason: 'disk full' })

    expect((await failure(orders.unblock(flow, order.id, { reason: 'x' })))?.code).toBe('order.takes_a_person')
    expect((await failure(orders.unblock(pia, order.id, { reason: 'x' })))?.code).toBe('order.takes_a_retry')
    expect(await orders.retry(pia, order.id)).toMatchObject({ state: 'Queued', attempt: 2, hostId: 'hst_1' })
    expect(calls.at(-1)).toBe(`start ${order.ticket}:2`)
    expect((await failure(orders.retry(pia, order.id)))?.code).toBe('order.attempt_active')
  })

  test('retried right after it was Blocked waits for the end of its run', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'failed_act', reason: 'disk full' })
    stillEnding = 3

    expect(await orders.retry(pia, order.id)).toMatchObject({ state: 'Queued', attempt: 2 })
    expect(calls.filter((call) => call.endsWith(':2'))).toHaveLength(1)
  })

  test('whose run never ends says so after a while, and has no new attempt', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'failed_act', reason: 'disk full' })
    stillEnding = 1000
    const answer = await failure(orders.retry(pia, order.id))
    stillEnding = 0

    expect(answer?.code).toBe('order.run_still_ending')
    expect(await orders.find(pia, order.id)).toMatchObject({ state: 'Blocked', attempt: 1 })
  }, 20_000)

  test('retried three times at once gets one attempt', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'failed_act', reason: 'disk full' })

    const answers = await Promise.all([1, 2, 3].map(() => failure(orders.retry(pia, order.id))))

    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
    expect(calls.filter((call) => call.endsWith(':2'))).toHaveLength(1)
  })

  test('whose run a person resumes goes on in the same attempt', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'failed_act', reason: 'disk full' })

    expect(await orders.unblock(pia, order.id, { reason: 'disk grown', resumesRun: true })).toMatchObject({
      state: 'Validation',
      attempt: 1,
    })
  })

  test('keeps its reservation for a day, then it lapses', async () => {
    const order = await inValidation()
    await orders.block(flow, order.id, { kind: 'dns', reason: 'no A record' })

    expect(await orders.reservationLapsed(flow, order.id)).toEqual({ lapsed: false, hostId: 'hst_1' })
    at(24)
    expect(await orders.reservationLapsed(flow, order.id)).toEqual({ lapsed: true, hostId: 'hst_1' })
  })
})

describe('the clock', () => {
  test('moves to six hours where the pool is found empty', async () => {
    const order = await queued()

    expect((await orders.poolFoundEmpty(flow, order.id)).dueAt).toEqual(new Date('2026-01-15T15:00:00Z'))
    expect((await promises(order.id)).map((each) => each.due_at.toISOString())).toEqual([
      '2026-01-15T13:30:00.000Z',
      '2026-01-15T15:00:00.000Z',
    ])
  })

  test('notes at risk and breach once, each when it is so', async () => {
    const order = await queued()

    expect((await orders.noteAtRisk(flow, order.id)).noted).toBe(false)
    at(1.5)
    expect((await orders.noteAtRisk(flow, order.id)).noted).toBe(true)
    expect((await orders.noteAtRisk(flow, order.id)).noted).toBe(false)
    expect((await orders.noteBreach(flow, order.id)).noted).toBe(false)
    at(2)
    expect(await orders.noteBreach(flow, order.id)).toMatchObject({
      noted: true,
      order: { breachCause: expect.stringContaining('still Queued') },
    })
  })

  test('neither is at risk nor breached while it waits for the customer', async () => {
    const order = await queued()
    await orders.pause(pia, order.id, { cause: 'customer is away', waitingFor: 'customer' })
    at(9)

    expect((await orders.noteBreach(flow, order.id)).noted).toBe(false)
    const resumed = await orders.resume(pia, order.id, { reason: 'back' })
    expect(resumed.dueAt).toEqual(new Date('2026-01-15T20:00:00Z'))
    expect(await trail(order.id)).toEqual(['order.opened', 'order.triaged', 'order.paused', 'order.resumed'])
  })

  test('runs on while it waits for us', async () => {
    const order = await queued()
    await orders.pause(pia, order.id, { cause: 'approval', waitingFor: 'us' })
    at(2)

    expect(await orders.noteBreach(flow, order.id)).toMatchObject({ noted: true, order: { breachCause: 'approval' } })
  })

  test('says late when it went live late and nobody had noticed', async () => {
    const order = await inValidation()
    at(2.5)

    expect(await orders.goLive(flow, order.id, { metadata: {}, checklist: [] })).toMatchObject({
      breachedAt: new Date('2026-01-15T11:00:00Z'),
    })
  })
})

describe('a draft', () => {
  test('is made by Sales, checked, and submitted when it is complete', async () => {
    const draft = await orders.create(sally, body({ region: null }))

    expect((await orders.check(sally, draft.ticket)).problems.map((problem) => problem.path)).toEqual(['region'])
    expect((await failure(orders.submit(pia, draft.ticket)))?.problems).toMatchObject([{ path: 'region' }])
    await orders.amend(sally, draft.ticket, { region: 'lab-1' })
    expect(await orders.submit(pia, draft.ticket)).toMatchObject({ state: 'Ready for Provisioning', attempt: 1 })
    expect((await orders.submit(pia, draft.ticket)).attempt).toBe(1)
  })

  test('becomes the order when its payment comes', async () => {
    const draft = await orders.create(sally, { orderNumber: `S-${number}`, organization: { legalName: 'Draft AG' } })

    const { order, repeat } = await receive('order_paid', body())

    expect(order).toMatchObject({
      id: draft.id,
      ticket: draft.ticket,
      state: 'Ready for Provisioning',
      organization: 'Acme GmbH',
    })
    expect(repeat).toBe(false)
  })

  test('cannot take an order number that is taken', async () => {
    await paidOrder()

    expect((await failure(orders.create(sally, body())))?.code).toBe('order.number_taken')
  })

  test('is all that Sales may change', async () => {
    const order = await paidOrder()

    expect((await failure(orders.amend(sally, order.id, { expectedUsers: 1 })))?.code).toBe('access.forbidden')
    expect((await failure(orders.cancel(sally, order.id, { reason: 'x' })))?.code).toBe('access.forbidden')
  })
})

describe('the list of orders', () => {
  test('goes by due time, page by page, open ones first', async () => {
    const first = await orders.list(pia, { limit: 3 })
    const rest = []
    for (let next = first.next; next !== undefined; ) {
      const page = await orders.list(pia, { limit: 3, after: next })
      rest.push(...page.items)
      next = page.next
    }
    const all = [...first.items, ...rest]
    const count = await db.row<{ count: number }>('select count(*) as count from orders')

    expect(new Set(all.map((order) => order.id)).size).toBe(count?.count)
    const open = all.filter((order) => order.state !== 'Live' && order.state !== 'Cancelled')
    expect(all.slice(0, open.length)).toEqual(open)
    const due = open.map((order) => order.dueAt?.getTime() ?? Number.POSITIVE_INFINITY)
    expect(due).toEqual([...due].sort((a, b) => a - b))
  })

  test('is filtered by owner, by Blocked and by risk', async () => {
    at(1.6)
    const mine = await orders.list(pia, { mine: true, limit: 200 })
    const blocked = await orders.list(pia, { blocked: true, limit: 200 })
    const atRisk = await orders.list(pia, { atRisk: true, limit: 200 })

    expect(mine.items.every((order) => order.owner?.id === 'per_pia')).toBe(true)
    expect(blocked.items.every((order) => order.state === 'Blocked')).toBe(true)
    expect(atRisk.items.length).toBeGreaterThan(0)
    expect((await failure(orders.list(pia, { after: 'nonsense' })))?.code).toBe('order.bad_cursor')
  })

  test('gives the last warm host to the earliest due of those that wait', async () => {
    const late = await queued({ region: 'line-1' })
    const early = await queued({
      region: 'line-1',
      orderNumber: `S-${number}-early`,
      payment: { ...(sample.payment as object), paidAt: addSeconds(paid, -600).toISOString() },
    })

    expect(await orders.isFirstInLine(flow, late.id)).toBe(false)
    expect(await orders.isFirstInLine(flow, early.id)).toBe(true)
  })

  test('is counted by state with the share that was in time', async () => {
    const report = await orders.report(pia)

    expect(report.byState.Live).toBeGreaterThan(0)
    expect(report.hitRate).toBeGreaterThan(0)
    expect(report.hitRate).toBeLessThan(1)
  })
})

describe('tending an order', () => {
  test('assigns it to somebody in Provisioning Ops only, and keeps notes', async () => {
    const order = await queued()

    expect((await orders.assign(pia, order.ticket, { ownerId: 'Quin' })).owner?.id).toBe('per_quin')
    expect((await failure(orders.assign(pia, order.ticket, { ownerId: 'nobody' })))?.code).toBe(
      'order.not_a_provisioner',
    )
    await orders.note(sally, order.ticket, { text: 'They call back.' })
    expect((await orders.show(pia, order.ticket)).notes).toMatchObject([
      { author: 'per_sally', text: 'They call back.' },
    ])
  })
})
