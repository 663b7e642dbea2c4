import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import { orderStates } from './order.ts'
import { contentHash, readContent, textAt } from './order-content.ts'
import { orderJsonSchema } from './order-intake.ts'
import type { Orders } from './order-service.ts'
import {
  DetailView,
  detailView,
  ListView,
  OrderView,
  orderView,
  ProblemView,
  ReportView,
  TaskView,
  taskView,
} from './order-shapes.ts'

const Reference = z.object({
  number: z.string().min(1).max(80).meta({ description: 'The ticket, the id, or the number in Pulse' }),
})
/** Fields are judged by the verbs, which list every problem at once; here they only have to be an object. */
const Fields = z.record(z.string(), z.unknown()).meta({ description: 'Fields of GET /api/v1/orders/schema' })
const line = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\u0000-\u001f\u007f]*$/, { error: 'must be one plain line' })
const text = z.string().trim().min(1).max(4000)
const flag = z.stringbool().optional()

const Query = z.object({
  mine: flag,
  atRisk: flag,
  blocked: flag,
  state: z.enum(orderStates).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  after: z.string().max(400).optional(),
})

const read = { permission: 'orders.read' } as const
const write = { permission: 'orders.write' } as const
const sell = { permission: 'orders.sell' } as const
const tags = ['orders']

export const orderRoutes =
  ({ orders }: { readonly orders: Orders }): Routes =>
  async (app) => {
    const one = { params: Reference, response: { 200: OrderView } }

    app.get(
      '/orders',
      { config: read, schema: { operationId: 'listOrders', tags, querystring: Query, response: { 200: ListView } } },
      async (request) => {
        const { items, next } = await orders.list(request.actor, request.query)
        return { items: items.map(orderView), ...(next === undefined ? {} : { next }) }
      },
    )

    app.post(
      '/orders',
      {
        config: write,
        schema: { operationId: 'placeOrder', tags, body: Fields, response: { 200: OrderView, 202: OrderView } },
      },
      async (request, reply) => {
        const body = unwrap(request.body)
        const content = readContent(body)
        const webhookId = `api:${textAt(content, 'orderNumber') ?? 'none'}:${contentHash(content).slice(0, 32)}`
        const { order, repeat } = await orders.receive(request.actor, { webhookId, event: 'order_paid', body })
        return reply.code(repeat ? 200 : 202).send(orderView(order))
      },
    )

    app.post(
      '/orders/drafts',
      { config: sell, schema: { operationId: 'draftOrder', tags, body: Fields, response: { 201: OrderView } } },
      async (request, reply) => reply.code(201).send(orderView(await orders.create(request.actor, request.body))),
    )

    app.get(
      '/orders/report',
      { config: read, schema: { operationId: 'reportOrders', tags, response: { 200: ReportView } } },
      async (request) => {
        const { hitRate, ...counts } = await orders.report(request.actor)
        return { ...counts, ...(hitRate === undefined ? {} : { hitRate }) }
      },
    )

    app.get(
      '/orders/schema',
      {
        config: read,
        schema: { operationId: 'getOrderSchema', tags, response: { 200: z.record(z.string(), z.unknown()) } },
      },
      async () => ({ ...orderJsonSchema() }),
    )

    app.get(
      '/orders/tasks',
      {
        config: read,
        schema: { operationId: 'listOrderTasks', tags, response: { 200: z.object({ items: z.array(TaskView) }) } },
      },
      async (request) => ({ items: (await orders.tasks(request.actor)).map(taskView) }),
    )

    app.get(
      '/orders/:number',
      { config: read, schema: { operationId: 'getOrder', tags, params: Reference, response: { 200: DetailView } } },
      async (request) => detailView(await orders.show(request.actor, request.params.number)),
    )

    app.post(
      '/orders/:number/check',
      {
        config: read,
        schema: {
          operationId: 'checkOrder',
          tags,
          params: Reference,
          response: { 200: z.object({ ticket: z.string(), complete: z.boolean(), problems: z.array(ProblemView) }) },
        },
      },
      async (request) => {
        const { order, problems } = await orders.check(request.actor, request.params.number)
        return { ticket: order.ticket, complete: problems.length === 0, problems: [...problems] }
      },
    )

    app.post(
      '/orders/:number/submit',
      { config: write, schema: { operationId: 'submitOrder', tags, ...one } },
      async (request) => orderView(await orders.submit(request.actor, request.params.number)),
    )

    app.post(
      '/orders/:number/retry',
      { config: write, schema: { operationId: 'retryOrder', tags, ...one } },
      async (request) => orderView(await orders.retry(request.actor, request.params.number)),
    )

    app.post(
      '/orders/:number/unblock',
      { config: write, schema: { operationId: 'unblockOrder', tags, ...one, body: z.object({ reason: line }) } },
      async (request) => orderView(await orders.unblock(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/cancel',
      { config: write, schema: { operationId: 'cancelOrder', tags, ...one, body: z.object({ reason: line }) } },
      async (request) => orderView(await orders.cancel(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/assign',
      { config: write, schema: { operationId: 'assignOrder', tags, ...one, body: z.object({ ownerId: line }) } },
      async (request) => orderView(await orders.assign(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/amend',
      { config: sell, schema: { operationId: 'amendOrder', tags, ...one, body: Fields } },
      async (request) => orderView(await orders.amend(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/note',
      { config: sell, schema: { operationId: 'noteOrder', tags, ...one, body: z.object({ text }) } },
      async (request) => orderView(await orders.note(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/pause',
      {
        config: write,
        schema: {
          operationId: 'pauseOrder',
          tags,
          ...one,
          body: z.object({ cause: line, waitingFor: z.enum(['us', 'customer', 'provider']).default('customer') }),
        },
      },
      async (request) => orderView(await orders.pause(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/resume',
      { config: write, schema: { operationId: 'resumeOrder', tags, ...one, body: z.object({ reason: line }) } },
      async (request) => orderView(await orders.resume(request.actor, request.params.number, request.body)),
    )

    app.post(
      '/orders/:number/tasks/:taskId/finish',
      {
        config: write,
        schema: {
          operationId: 'finishOrderTask',
          tags,
          params: Reference.extend({ taskId: z.string().max(80) }),
          body: z.object({ reason: line }),
          response: { 200: OrderView },
        },
      },
      async (request) => {
        const { number, taskId } = request.params
        return orderView(await orders.finishTask(request.actor, number, { taskId, reason: request.body.reason }))
      },
    )
  }

/** The same body as the webhook's is taken too: `{type: 'order_paid', data}`. */
const unwrap = (body: Readonly<Record<string, unknown>>): unknown =>
  body.type === 'order_paid' && 'data' in body ? body.data : body
