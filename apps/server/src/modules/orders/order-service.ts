import type { Actor } from '../../platform/actor.ts'
import { advanceVerbs } from './advance-order.ts'
import { amendVerbs } from './amend-order.ts'
import { blockVerbs } from './block-order.ts'
import { cancelVerbs } from './cancel-order.ts'
import { draftVerbs } from './draft-order.ts'
import { type OrderDeps, orderDesk } from './order-desk.ts'
import { forgetReceiptsVerb, receiveOrder } from './receive-order.ts'
import { tendVerbs } from './tend-order.ts'
import { endDelivery, triageVerb } from './triage-order.ts'
import { clockVerbs } from './watch-clock.ts'

/** Everything one can do with an order; each verb stands in the file of its kind. */
export const orderService = (deps: OrderDeps) => {
  const desk = orderDesk(deps)
  return {
    receive: receiveOrder(desk),
    forgetReceipts: forgetReceiptsVerb(desk),
    triage: triageVerb(desk),
    endDelivery: (actor: Actor, reference: string, { outcome }: { readonly outcome: string }) =>
      endDelivery(desk, actor, reference, outcome),
    ...draftVerbs(desk),
    ...advanceVerbs(desk),
    ...blockVerbs(desk),
    ...cancelVerbs(desk),
    ...amendVerbs(desk),
    ...clockVerbs(desk),
    ...tendVerbs(desk),
  }
}

export type Orders = ReturnType<typeof orderService>
