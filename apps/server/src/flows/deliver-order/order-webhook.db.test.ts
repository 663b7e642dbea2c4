import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Orders, orderService, parsePlans } from '../../modules/orders/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { now } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { meaning, toFailure } from '../../platform/errors.ts'
import { orderWebhook } from './order-webhook.ts'

const root = join(import.meta.dirname, '../../../../..')
const plans = parsePlans(readFileSync(join(root, 'apps/server/plans.yaml'), 'utf8'))
const sample = JSON.parse(readFileSync(join(root, 'examples/orders/acme.json'), 'utf8')) as Record<string, unknown>
const actor = systemActor('test')
const secrets = [
  'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
  'whsec_YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI=',
] as const

let db: Database
let app: FastifyInstance
let orders: Orders
let started: string[] = []
let number = 0

beforeAll(async () => {
  db = await testDatabase()
  orders = orderService({
    db,
    plans,
    now,
    provisioners: async () => [{ id: 'per_1', name: 'Pia' }],
    startDelivery: async (_tx, { runId }) => void started.push(runId),
    stopDelivery: async () => {},
    startGiveBack: async () => {},
  })
  app = Fastify()
  app.setErrorHandler((thrown: Error & { readonly statusCode?: number }, _request, reply) => {
    const failure = toFailure(thrown)
    const status = failure.code === 'nexus.bug' ? (thrown.statusCode ?? 500) : meaning[failure.kind].status
    return reply.code(status).send(failure)
  })
  app.register(orderWebhook({ orders, secrets }))
  await app.ready()
})
afterAll(() => app.close())
beforeEach(() => {
  started = []
  number += 1
})

const body = (more: object = {}) => ({
  ...sample,
  orderNumber: `W-${number}`,
  payment: { ...(sample.payment as object), paidAt: new Date().toISOString() },
  ...more,
})
const send = (
  type: string,
  data: unknown,
  { id = `msg_${number}`, at = new Date(), secret = secrets[0] as string, raw = JSON.stringify({ type, data }) } = {},
) =>
  app.inject({
    method: 'POST',
    url: '/hooks/pulse',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, raw),
    },
    payload: raw,
  })

describe('POST /hooks/pulse', () => {
  test('answers 202 with the ticket of a paid order and starts its delivery', async () => {
    const answer = await send('order_paid', body())

    expect(answer.statusCode).toBe(202)
    const { ticket } = answer.json<{ ticket: string }>()
    expect(ticket).toMatch(/^NX-\d+$/)
    expect(started).toEqual([`deliver-order:${ticket}:1`])
    expect((await orders.find(actor, ticket)).state).toBe('Ready for Provisioning')
  })

  test('answers a repeat of the same webhook with 200 and the same ticket, and doubles nothing', async () => {
    const data = body()
    const first = await send('order_paid', data)
    const second = await send('order_paid', data, { at: new Date(Date.now() + 1000) })

    expect(second.statusCode).toBe(200)
    expect(second.json()).toEqual(first.json())
    expect(started).toHaveLength(1)
  })

  test('takes the same order three times at once for one order', async () => {
    const data = body()
    const same = await Promise.all([1, 2, 3].map(() => send('order_paid', data)))
    const others = await Promise.all([1, 2, 3].map((each) => send('order_paid', data, { id: `msg_${number}_${each}` })))

    const tickets = [...same, ...others].map((answer) => answer.json<{ ticket: string }>().ticket)
    expect(new Set(tickets).size).toBe(1)
    expect(same.map((answer) => answer.statusCode).sort()).toEqual([200, 200, 202])
    expect(others.map((answer) => answer.statusCode)).toEqual([200, 200, 200])
    expect(started).toHaveLength(1)
  })

  test('refuses another body under the same webhook id with 409 and a trail entry', async () => {
    const first = await send('order_paid', body())
    const second = await send('order_paid', body({ expectedUsers: 26 }))

    expect(second.statusCode).toBe(409)
    expect(second.json()).toMatchObject({ code: 'order.webhook_conflict' })
    const { id, fields } = await orders.find(actor, first.json<{ ticket: string }>().ticket)
    expect(fields.expectedUsers).toBe(25)
    const trail = await db.rows(`select 1 from audit_entry where subject = $1 and action = 'order.webhook_conflict'`, [
      id,
    ])
    expect(trail).toHaveLength(1)
  })

  test('takes the signature of either of two secrets, and of no other', async () => {
    expect((await send('order_paid', body(), { secret: secrets[1] })).statusCode).toBe(202)

    const other = await send('order_paid', body(), { secret: 'whsec_eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=' })
    expect(other.statusCode).toBe(401)
    expect(other.json()).toMatchObject({ code: 'webhook.bad_signature' })
  })

  test('refuses a stale or early timestamp, a missing signature and a changed body with 401', async () => {
    const old = await send('order_paid', body(), { at: new Date(Date.now() - 6 * 60_000) })
    const early = await send('order_paid', body(), { at: new Date(Date.now() + 6 * 60_000) })
    const unsigned = await app.inject({
      method: 'POST',
      url: '/hooks/pulse',
      payload: { type: 'order_paid', data: body() },
    })

    expect([old.statusCode, early.statusCode, unsigned.statusCode]).toEqual([401, 401, 401])
    expect(old.json()).toMatchObject({ code: 'webhook.stale' })
    expect(started).toEqual([])
  })

  test('leaves an unknown event alone with 202', async () => {
    const answer = await send('invoice_sent', { whatever: true })

    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({ ignored: 'invoice_sent' })
  })

  test('answers 400 to a signed body that is no JSON, no message or hostile', async () => {
    const garbled = await send('', undefined, { raw: '{"type": ' })
    const bare = await send('', undefined, { raw: '[]', id: `bare_${number}` })
    const hostile = await send('order_paid', body({ organization: { legalName: 'Acme\r\nBcc: x@y.test' } }), {
      id: `h_${number}`,
    })

    expect([garbled.statusCode, bare.statusCode, hostile.statusCode]).toEqual([400, 400, 400])
    expect(hostile.json()).toMatchObject({
      code: 'order.content_refused',
      problems: [{ path: 'organization.legalName' }],
    })
  })

  test('answers 413 to a body of more than 256 kB', async () => {
    const answer = await send('order_paid', body({ workloadProfile: 'x'.repeat(257 * 1024) }))

    expect(answer.statusCode).toBe(413)
  })

  test('answers 404 to a refund of an order that never came, so that its sender tries again', async () => {
    expect((await send('order_refunded', { orderNumber: `W-none-${number}` })).statusCode).toBe(404)
  })
})
