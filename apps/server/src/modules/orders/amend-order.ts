import type { Actor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { type Order, orderSummary, takesAmendments, unblockOrder } from './order.ts'
import { contentHash, type JsonObject, readContent, textAt } from './order-content.ts'
import type { OrderDesk } from './order-desk.ts'
import { organizationOf } from './order-intake.ts'
import { addTask, finishTask } from './order-ledger.ts'
import { lockOrderNumber } from './order-store.ts'

/** Another body for an order: it amends as long as nothing stands on the old one, else its owner decides. */
export async function amendOrPropose(
  desk: OrderDesk,
  tx: Tx,
  actor: Actor,
  order: Order,
  fields: JsonObject,
  at: Date,
): Promise<Order> {
  if (contentHash(order.fields) === contentHash(fields)) return order
  const reason = `Changed: ${changedFields(order.fields, fields).join(', ')}.`
  if (takesAmendments(order)) {
    const amended = await settle(desk, tx, actor, withFields(order, fields), at)
    return desk.keep(tx, actor, order, { order: amended, action: 'order.amended', reason }, at)
  }
  const title = `A change came in while the order was ${order.state}. ${reason}`
  await addTask(tx, order.id, { kind: 'proposed_change', title, proposal: fields, ownerId: order.owner?.id }, at)
  await recordAudit(tx, actor, {
    action: 'order.change_proposed',
    subject: order.id,
    at,
    reason,
    after: orderSummary(order),
  })
  return order
}

/** The order with other fields, and what is read out of them. */
export const withFields = (order: Order, fields: JsonObject): Order => ({
  ...order,
  fields,
  orderNumber: textAt(fields, 'orderNumber'),
  environment: textAt(fields, 'environment') ?? 'prod',
  organization: organizationOf(fields),
  plan: textAt(fields, 'plan'),
  region: textAt(fields, 'region'),
})

/** What an order is after its fields changed: freed when nothing is missing any more, `Blocked` when something is. */
export async function settle(desk: OrderDesk, tx: Tx, actor: Actor, order: Order, at: Date): Promise<Order> {
  if (order.state === 'Draft' || order.cancelWantedAt) return order
  const problems = desk.problemsOf(order.fields)
  const forData =
    order.state === 'Blocked' && (order.blocked?.kind === 'missing_data' || order.blocked?.kind === 'payment')
  if (problems.length === 0) return forData ? desk.startAttempt(tx, actor, unblockOrder(order, at), at) : order
  return order.state === 'Blocked' && !forData ? order : desk.blockIncomplete(tx, actor, order, problems, at)
}

const changedFields = (before: JsonObject, after: JsonObject): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => contentHash(before[key] ?? null) !== contentHash(after[key] ?? null))
    .sort()

export const amendVerbs = (desk: OrderDesk) => ({
  /** Fields given replace those that are there; `null` takes one away. Drafts are amended by Sales too. */
  async amend(actor: Actor, reference: string, body: unknown): Promise<Order> {
    const changes = readContent(body)
    return desk.hold(actor, 'orders.sell', reference, async (tx, order, at) => {
      if (order.state !== 'Draft') desk.require(actor, 'orders.write')
      const number = textAt(changes, 'orderNumber')
      if (number !== undefined && number !== order.orderNumber) await refuseTaken(tx, order, number)
      const fields = Object.fromEntries(
        Object.entries({ ...order.fields, ...changes }).filter(([, value]) => value !== null),
      )
      return amendOrPropose(desk, tx, actor, order, fields, at)
    })
  },

  /** Closes a task of the owner, with what was decided. */
  finishTask: (
    actor: Actor,
    reference: string,
    task: { readonly taskId: string; readonly reason: string },
  ): Promise<Order> =>
    desk.hold(actor, 'orders.write', reference, async (tx, order, at) => {
      if (await finishTask(tx, order.id, task.taskId, actor.id, at)) {
        await recordAudit(tx, actor, {
          action: 'order.task_finished',
          subject: order.id,
          at,
          reason: task.reason,
          after: { task: task.taskId },
        })
      }
      return order
    }),
})

export async function refuseTaken(tx: Tx, order: Order | undefined, number: string): Promise<void> {
  if (order && order.state !== 'Draft') {
    throw new NexusError(
      'order.number_fixed',
      'conflict',
      `The order number of ${order.ticket} cannot change any more.`,
      {
        hint: 'Cancel it and send another order.',
      },
    )
  }
  const other = await lockOrderNumber(tx, number)
  if (!other) return
  throw new NexusError('order.number_taken', 'conflict', `The order number ${number} belongs to ${other.ticket}.`, {
    hint: `nexusctl order show ${other.ticket}`,
  })
}
