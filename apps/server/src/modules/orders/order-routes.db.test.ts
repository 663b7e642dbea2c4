import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants } from '../../platform/actor.ts'
import { now } from '../../platform/clock.ts'
import { meaning, toFailure } from '../../platform/errors.ts'
import { orderRoutes } from './order-routes.ts'
import { orderService } from './order-service.ts'
import { parsePlans } from './plan-catalogue.ts'

const root = join(import.meta.dirname, '../../../../..')
const sample = JSON.parse(readFileSync(join(root, 'examples/orders/acme.json'), 'utf8')) as Record<string, unknown>
const body = (orderNumber: string, more: object = {}) => ({
  ...sample,
  orderNumber,
  payment: { ...(sample.payment as object), paidAt: new Date().toISOString() },
  ...more,
})
let app: FastifyInstance

beforeAll(async () => {
  const db = await testDatabase()
  const pia: Actor = { id: 'per_pia', name: 'Pia', permissions: grants.provisioning }
  const orders = orderService({
    db,
    plans: parsePlans(readFileSync(join(root, 'apps/server/plans.yaml'), 'utf8')),
    now,
    provisioners: async () => [{ id: 'per_pia', name: 'Pia' }],
    startDelivery: async () => {},
    stopDelivery: async () => {},
    startGiveBack: async () => {},
  })
  app = Fastify()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((thrown: Error & { readonly statusCode?: number }, _request, reply) => {
    const failure = toFailure(thrown)
    const status = failure.code === 'nexus.bug' ? (thrown.statusCode ?? 500) : meaning[failure.kind].status
    return reply.code(status).send(failure)
  })
  app.addHook('onRequest', async (request) => {
    request.actor = pia
  })
  app.register(orderRoutes({ orders }), { prefix: '/api/v1' })
  await app.ready()
})
afterAll(() => app.close())

const ask = async (method: 'GET' | 'POST', path: string, payload?: object) => {
  const answer = await app.inject({ method, url: `/api/v1/orders${path}`, ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}

describe('POST /orders', () => {
  test('answers 202 the first time, 200 with the same ticket again, and takes the webhook’s body too', async () => {
    const order = body('R-1')
    const first = await ask('POST', '', order)
    const again = await ask('POST', '', order)
    const wrapped = await ask('POST', '', { type: 'order_paid', data: order })

    expect([first.status, again.status, wrapped.status]).toEqual([202, 200, 200])
    expect(new Set([first, again, wrapped].map((each) => each.body.ticket)).size).toBe(1)
    expect(first.body).toMatchObject({ state: 'Ready for Provisioning', owner: { name: 'Pia' }, waitingFor: 'us' })
  })

  test('answers an incomplete order with the ticket and everything that is missing', async () => {
    const { status, body: answer } = await ask('POST', '', body('R-2', { region: null }))

    expect(status).toBe(202)
    expect(answer).toMatchObject({
      state: 'Blocked',
      blocked: {
        kind: 'missing_data',
        problems: [{ path: 'region', message: 'The region is missing.', register: 'S0-31' }],
      },
    })
  })

  test('answers 400 to hostile content', async () => {
    const { status, body: answer } = await ask('POST', '', body('R-3', { workloadProfile: 'a\u0000b' }))

    expect(status).toBe(400)
    expect(answer).toMatchObject({ code: 'order.content_refused' })
  })
})

describe('the routes of one order', () => {
  test('tend it from draft to cancelled', async () => {
    const draft = await ask('POST', '/drafts', body('R-4', { slaTier: null }))
    expect(draft.status).toBe(201)
    const at = `/${String(draft.body.ticket)}`

    expect((await ask('POST', `${at}/check`)).body).toMatchObject({
      complete: false,
      problems: [{ register: 'S0-29' }],
    })
    expect((await ask('POST', `${at}/submit`)).status).toBe(400)
    expect((await ask('POST', `${at}/amend`, { slaTier: 'standard' })).status).toBe(200)
    expect((await ask('POST', `${at}/submit`)).body).toMatchObject({ state: 'Ready for Provisioning' })
    expect((await ask('POST', `${at}/assign`, { ownerId: 'Pia' })).body).toMatchObject({ owner: { id: 'per_pia' } })
    expect((await ask('POST', `${at}/note`, { text: 'two\nlines' })).status).toBe(200)
    expect((await ask('POST', `${at}/pause`, { cause: 'customer asked' })).status).toBe(200)
    expect((await ask('POST', `${at}/resume`, { reason: 'they are back' })).status).toBe(200)
    expect((await ask('POST', `${at}/retry`)).status).toBe(409)
    expect((await ask('POST', `${at}/cancel`, { reason: 'a trial' })).body).toHaveProperty('cancelWantedAt')
    const shown = await ask('GET', at)
    expect(shown.body).toMatchObject({
      fields: { orderNumber: 'R-4' },
      notes: [{ text: 'two\nlines' }],
      pauses: [{ cause: 'customer asked', waitingFor: 'customer' }],
    })
  })

  test('answer 404 with a hint when there is no such order', async () => {
    const { status, body: answer } = await ask('GET', '/NX-999999')

    expect(status).toBe(404)
    expect(answer).toMatchObject({ code: 'order.not_found', hint: 'nexusctl order list' })
  })

  test('refuse a reason that is more than one plain line', async () => {
    expect((await ask('POST', '/R-1/cancel', { reason: 'a\nb' })).status).toBe(400)
  })
})

describe('the routes of all orders', () => {
  test('list, report, name tasks and publish the schema', async () => {
    expect((await ask('GET', '?limit=1&mine=true')).body).toMatchObject({ items: [{}], next: expect.any(String) })
    expect((await ask('GET', '?state=Blocked')).body).toMatchObject({ items: [{ orderNumber: 'R-2' }] })
    expect((await ask('GET', '/report')).body).toMatchObject({ byState: { Blocked: 1 }, delivered: 0 })
    expect((await ask('GET', '/tasks')).body).toEqual({ items: [] })
    expect((await ask('GET', '/schema')).body).toHaveProperty('properties.initialAdminEmail.register', 'S0-36')
  })
})
