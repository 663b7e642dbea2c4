import { type Actor, requirePermission } from '../../platform/actor.ts'
import type { Problem } from '../../platform/errors.ts'
import { refuseTaken } from './amend-order.ts'
import { moveOrder, type Order, orderIncomplete } from './order.ts'
import { completeOrder } from './order-completeness.ts'
import { readContent, textAt } from './order-content.ts'
import type { OrderDesk } from './order-desk.ts'
import type { CompleteOrder } from './order-intake.ts'
import { addOrder, findOrder } from './order-store.ts'
import { factsOf, type OrderFacts } from './triage-order.ts'

export const draftVerbs = (desk: OrderDesk) => ({
  /** A draft: kept as it is, with its checklist. */
  async create(actor: Actor, body: unknown): Promise<Order> {
    requirePermission(actor, 'orders.sell')
    const fields = readContent(body)
    return desk.db.inTransaction(async (tx) => {
      const number = textAt(fields, 'orderNumber')
      if (number !== undefined) await refuseTaken(tx, undefined, number)
      const order = await addOrder(tx, fields, 'Draft', desk.now())
      return desk.keep(tx, actor, undefined, { order, action: 'order.drafted' }, desk.now())
    })
  },

  /** The Phase 1 checklist of an order; an empty list means: complete and paid. */
  async check(
    actor: Actor,
    reference: string,
  ): Promise<{ readonly order: Order; readonly problems: readonly Problem[] }> {
    requirePermission(actor, 'orders.read')
    const order = await findOrder(desk.db, reference)
    return { order, problems: desk.problemsOf(order.fields) }
  },

  /** Hands a complete and paid draft over (S0-42..45); refused with everything that is missing. */
  submit: (actor: Actor, reference: string): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.state !== 'Draft') return undefined
      const problems = desk.problemsOf(before.fields)
      if (problems.length > 0) throw orderIncomplete(before, problems)
      const order = await desk.startAttempt(tx, actor, moveOrder(before, 'Ready for Provisioning', at), at)
      return { order, action: 'order.submitted' }
    }),

  /** The complete order with its people, for whoever has to write to them; refused while it is incomplete. */
  async complete(actor: Actor, reference: string): Promise<CompleteOrder> {
    requirePermission(actor, 'orders.read')
    return completeFields(desk, await findOrder(desk.db, reference))
  },

  async facts(actor: Actor, reference: string): Promise<OrderFacts> {
    requirePermission(actor, 'orders.read')
    const order = await findOrder(desk.db, reference)
    const facts = factsOf(desk, order)
    if (!facts) throw orderIncomplete(order, desk.problemsOf(order.fields))
    return facts
  },
})

function completeFields(desk: OrderDesk, order: Order): CompleteOrder {
  const fields = completeOrder(order.fields)
  if (!fields) throw orderIncomplete(order, desk.problemsOf(order.fields))
  return fields
}
