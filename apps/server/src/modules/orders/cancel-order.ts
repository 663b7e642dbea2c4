import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { moveOrder, type Order, wasLive } from './order.ts'
import type { OrderDesk } from './order-desk.ts'
import { endAttempt } from './order-ledger.ts'

/**
 * Writes the wish to cancel. A running delivery stops at its next step, undoes and calls `finishCancel`; where none
 * runs, what the last one left is given back; where none was ever started, the order is cancelled here.
 */
export async function requestCancel(
  desk: OrderDesk,
  tx: Tx,
  actor: Actor,
  order: Order,
  reason: string,
  at: Date,
): Promise<Order> {
  if (wasLive(order)) throw alreadyLive(order)
  if (order.state === 'Cancelled' || order.cancelWantedAt) return order
  const wished: Order = { ...order, cancelWantedAt: at, cancelReason: reason }
  if (order.attempt === 0)
    return desk.keep(
      tx,
      actor,
      order,
      { order: moveOrder(wished, 'Cancelled', at), action: 'order.cancelled', reason },
      at,
    )
  await desk.undoDelivery(tx, actor, order)
  return desk.keep(tx, actor, order, { order: wished, action: 'order.cancel_wanted', reason }, at)
}

export const cancelVerbs = (desk: OrderDesk) => ({
  cancel: (actor: Actor, reference: string, { reason }: { readonly reason: string }): Promise<Order> =>
    desk.hold(actor, 'orders.write', reference, (tx, order, at) => requestCancel(desk, tx, actor, order, reason, at)),

  /** The flow's last word: everything is given back. */
  finishCancel: (actor: Actor, reference: string): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.state === 'Cancelled') return undefined
      if (wasLive(before)) throw alreadyLive(before)
      await endAttempt(tx, before.id, 'cancelled', at)
      const order = { ...moveOrder(before, 'Cancelled', at), hostId: undefined }
      return { order, action: 'order.cancelled', reason: before.cancelReason ?? 'Its run was cancelled.' }
    }),
})

const alreadyLive = (order: Order) =>
  new NexusError(
    'order.already_live',
    'conflict',
    `Order ${order.ticket} went live; cancelling would take a customer's instance away.`,
    {
      hint: 'Its owner has to decide; nothing of a live instance is removed by cancelling its order.',
    },
  )
