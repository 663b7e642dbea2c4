import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { moveOrder, type Order, wasLive } from './order.ts'
import type { OrderDesk } from './order-desk.ts'
import { endAttempt, hasActiveAttempt } from './order-ledger.ts'

/**
 * Writes the wish to cancel; the running delivery reads it at its next step, undoes and calls `finishCancel`. Where no
 * delivery runs, one is started that has only the undo to do; where nothing was ever started, it is cancelled here.
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
  const running = (await hasActiveAttempt(tx, order.id)) ? wished : await desk.startAttempt(tx, actor, wished, at)
  return desk.keep(tx, actor, order, { order: running, action: 'order.cancel_wanted', reason }, at)
}

export const cancelVerbs = (desk: OrderDesk) => ({
  cancel: (actor: Actor, reference: string, { reason }: { readonly reason: string }): Promise<Order> =>
    desk.hold(actor, 'orders.write', reference, (tx, order, at) => requestCancel(desk, tx, actor, order, reason, at)),

  /** The flow's last word: everything is given back. */
  finishCancel: (actor: Actor, reference: string): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.state === 'Cancelled') return undefined
      if (wasLive(before)) throw alreadyLive(before)
      if (!before.cancelWantedAt) throw notWanted(before)
      await endAttempt(tx, before.id, 'cancelled', at)
      const order = { ...moveOrder(before, 'Cancelled', at), hostId: undefined }
      return {
        order,
        action: 'order.cancelled',
        ...(before.cancelReason === undefined ? {} : { reason: before.cancelReason }),
      }
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

const notWanted = (order: Order) =>
  new NexusError('order.cancel_not_wanted', 'conflict', `Nobody asked to cancel order ${order.ticket}.`, {
    hint: `nexusctl order cancel ${order.ticket} --reason TEXT`,
  })
