import type { Actor } from '../../platform/actor.ts'
import { seconds } from '../../platform/clock.ts'
import { isOpen, type Order } from './order.ts'
import type { Pause } from './order-clock.ts'
import type { OrderDesk } from './order-desk.ts'
import { listPauses } from './order-ledger.ts'

/** Why it became late: what blocks it now, else the longest time it waited for us or the provider, else where it is. */
export function breachCauseOf(order: Order, pauses: readonly Pause[]): string {
  if (order.blocked) return `${order.blocked.kind}: ${order.blocked.reason}`.slice(0, 500)
  const ended = (pause: Pause) => (pause.to ? seconds(pause.from, pause.to) : Number.POSITIVE_INFINITY)
  const [longest] = pauses.filter((pause) => pause.waitingFor !== 'customer').sort((a, b) => ended(b) - ended(a))
  return longest?.cause.slice(0, 500) ?? `still ${order.state} since ${order.stateSince.toISOString()}`
}

/** `noted` is true for the one call that found it out: whoever gets it sends the notice. */
export type Noted = { readonly noted: boolean; readonly order: Order }

/** What the sweeper calls when a promise of the clock is due; both look at the order as it is then. */
export const clockVerbs = (desk: OrderDesk) => {
  const note = async (
    actor: Actor,
    reference: string,
    decide: (order: Order, at: Date) => Partial<Order> | undefined,
    action: string,
  ): Promise<Noted> => {
    let noted = false
    const order = await desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (!isOpen(before) || (await desk.isPaused(tx, before))) return undefined
      const patch = decide(before, at)
      if (!patch) return undefined
      noted = true
      const cause = breachCauseOf(before, await listPauses(tx, before.id))
      const order = { ...before, ...patch, ...(patch.breachedAt ? { breachCause: cause } : {}) }
      return { order, action, reason: cause }
    })
    return { noted, order }
  }
  return {
    noteAtRisk: (actor: Actor, reference: string): Promise<Noted> =>
      note(
        actor,
        reference,
        (order, at) =>
          order.atRiskAt === undefined && order.riskAt && order.riskAt <= at ? { atRiskAt: at } : undefined,
        'order.at_risk',
      ),

    noteBreach: (actor: Actor, reference: string): Promise<Noted> =>
      note(
        actor,
        reference,
        (order, at) =>
          order.breachedAt === undefined && order.dueAt && order.dueAt <= at ? { breachedAt: at } : undefined,
        'order.breached',
      ),
  }
}
