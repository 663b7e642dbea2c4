import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { amendOrPropose, withFields } from './amend-order.ts'
import { requestCancel } from './cancel-order.ts'
import { moveOrder, type Order, orderNotFound, orderSummary, wasLive } from './order.ts'
import { contentHash, type JsonObject, readContent, textAt } from './order-content.ts'
import type { OrderDesk, Provisioner } from './order-desk.ts'
import { orderSchema, splitUnknown } from './order-intake.ts'
import { addTask, forgetReceipts, lastBodyHash, nameReceipt, takeReceipt } from './order-ledger.ts'
import { addOrder, findOrder, lockOrderNumber } from './order-store.ts'

export const orderEvents = ['order_paid', 'order_refunded', 'order_cancelled', 'order_amended'] as const
export type OrderEvent = (typeof orderEvents)[number]

export type Incoming = { readonly webhookId: string; readonly event: OrderEvent; readonly body: unknown }
/** `repeat`: nothing was done, the order was there already. */
export type Received = { readonly order: Order; readonly repeat: boolean }

type Post = {
  readonly actor: Actor
  readonly event: OrderEvent
  readonly orderNumber: string
  readonly content: JsonObject
  readonly fields: JsonObject
  readonly ignored: readonly string[]
  readonly hash: string
  readonly owners: readonly Provisioner[]
  readonly at: Date
}

/** What senders sent long ago, in portions; answers how many were forgotten. Each order keeps its newest. */
export const forgetReceiptsVerb =
  ({ db, now }: Pick<OrderDesk, 'db' | 'now'>) =>
  async (actor: Actor, before: Date): Promise<number> => {
    requirePermission(actor, 'orders.write')
    return db.inTransaction(async (tx) => {
      const count = await forgetReceipts(tx, before, 1000)
      if (count > 0) {
        await recordAudit(tx, actor, {
          action: 'webhook.receipts_forgotten',
          subject: 'webhooks',
          at: now(),
          after: { count, before: before.toISOString() },
        })
      }
      return count
    })
  }

/** The one way an order's events come in, from the webhook and from the API. */
export const receiveOrder =
  (desk: OrderDesk) =>
  async (actor: Actor, incoming: Incoming): Promise<Received> => {
    requirePermission(actor, 'orders.write')
    const content = readContent(incoming.body)
    const { known, ignored } = splitUnknown(content)
    const post: Post = {
      actor,
      event: incoming.event,
      orderNumber: readOrderNumber(content),
      content,
      fields: known,
      ignored,
      hash: contentHash({ event: incoming.event, body: content }),
      owners: await desk.provisioners(),
      at: desk.now(),
    }
    const received = await desk.db.inTransaction(async (tx) => {
      const receipt = await takeReceipt(
        tx,
        { webhookId: incoming.webhookId, event: post.event, bodyHash: post.hash },
        post.at,
      )
      if (receipt && receipt.bodyHash !== post.hash)
        return recordConflict(tx, post, incoming.webhookId, receipt.orderId)
      if (receipt) return { order: await findOrder(tx, receipt.orderId), repeat: true }
      const answer = await take(desk, tx, post)
      await nameReceipt(tx, incoming.webhookId, answer.order.id)
      return answer
    })
    // Thrown after the commit: the trail of the conflict stays.
    if (received === 'conflict') throw webhookConflict(incoming.webhookId)
    return received
  }

async function recordConflict(
  tx: Tx,
  { actor, event, at }: Post,
  webhookId: string,
  orderId: string,
): Promise<'conflict'> {
  await recordAudit(tx, actor, { action: 'order.webhook_conflict', subject: orderId, at, after: { webhookId, event } })
  return 'conflict'
}

async function take(desk: OrderDesk, tx: Tx, post: Post): Promise<Received> {
  const { actor, event, at, orderNumber } = post
  const existing = await lockOrderNumber(tx, orderNumber)
  if (event === 'order_paid') return existing ? takePaidAgain(desk, tx, post, existing) : open(desk, tx, post)
  if (!existing) throw orderNotFound(orderNumber)
  if (event === 'order_amended') {
    const fields = { ...existing.fields, ...post.fields }
    return { order: await amendOrPropose(desk, tx, actor, existing, fields, at), repeat: false }
  }
  return { order: await giveBack(desk, tx, post, existing), repeat: false }
}

async function open(desk: OrderDesk, tx: Tx, post: Post): Promise<Received> {
  const added = await addOrder(tx, post.fields, 'Ready for Provisioning', post.at)
  return { order: await place(desk, tx, post, undefined, added), repeat: false }
}

async function takePaidAgain(desk: OrderDesk, tx: Tx, post: Post, existing: Order): Promise<Received> {
  if (existing.state === 'Draft') {
    const filled = withFields(existing, { ...existing.fields, ...post.fields })
    return { order: await place(desk, tx, post, existing, filled), repeat: false }
  }
  if ((await lastBodyHash(tx, existing.id, post.event)) === post.hash) return { order: existing, repeat: true }
  return { order: await amendOrPropose(desk, tx, post.actor, existing, post.fields, post.at), repeat: false }
}

/** Complete and paid: ready, and its delivery starts; otherwise `Blocked` with everything that is missing. */
async function place(desk: OrderDesk, tx: Tx, post: Post, before: Order | undefined, order: Order): Promise<Order> {
  const { actor, at, owners, ignored } = post
  const problems = desk.problemsOf(order.fields)
  const reason =
    ignored.length === 0 ? {} : { reason: `Fields that are not ours were left out: ${ignored.join(', ')}.` }
  const placed =
    problems.length > 0
      ? await desk.blockIncomplete(tx, actor, order, problems, at)
      : await desk.startAttempt(tx, actor, moveOrder(order, 'Ready for Provisioning', at), at)
  return desk.keep(tx, actor, before, { order: placed, action: 'order.opened', owners, ...reason }, at)
}

/** Before Live the delivery is stopped and undone; afterwards a person decides. */
async function giveBack(desk: OrderDesk, tx: Tx, { actor, event, content, at }: Post, order: Order): Promise<Order> {
  const refunded = event === 'order_refunded'
  const reason = textAt(content, 'reason') ?? (refunded ? 'The payment was refunded.' : 'The customer cancelled.')
  if (!wasLive(order)) return requestCancel(desk, tx, actor, order, reason, at)
  const title = `${refunded ? 'Refunded' : 'Cancelled'} after it went live; decide what happens to the instance: ${reason}`
  await addTask(
    tx,
    order.id,
    { kind: refunded ? 'refund_after_live' : 'cancel_after_live', title, ownerId: order.owner?.id },
    at,
  )
  await recordAudit(tx, actor, {
    action: `order.${refunded ? 'refund' : 'cancel'}_after_live`,
    subject: order.id,
    at,
    reason,
    after: orderSummary(order),
  })
  return order
}

function readOrderNumber(content: JsonObject): string {
  const read = orderSchema.shape.orderNumber.safeParse(content.orderNumber)
  if (read.success) return read.data
  throw new NexusError(
    'order.no_number',
    'invalid',
    'The order has no usable order number, so it cannot be told from others.',
    {
      hint: 'Send `orderNumber`: letters, digits, dot, dash and underscore, at most 64.',
      problems: [{ path: 'orderNumber', message: 'The order number in Pulse is missing or not valid.' }],
    },
  )
}

const webhookConflict = (webhookId: string) =>
  new NexusError(
    'order.webhook_conflict',
    'conflict',
    `The webhook id ${webhookId} was used before with another body.`,
    {
      hint: 'Send a changed order under a webhook id of its own.',
    },
  )
