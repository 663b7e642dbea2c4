import type { Actor } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import { dropPromises } from '../../platform/promises.ts'
import { cancelWanted, moveOrder, type Order, type OrderState } from './order.ts'
import { elapsed } from './order-clock.ts'
import type { JsonObject } from './order-content.ts'
import type { OrderDesk, Work } from './order-desk.ts'
import { endAttempt, hasActiveAttempt, listPauses } from './order-ledger.ts'
import { breachCauseOf } from './watch-clock.ts'

export type Handoff = {
  /** Deployment metadata (S0-135): `urls` in it become the order's links. */
  readonly metadata: JsonObject
  /** The runbook's checklist as it was accepted (S0-136): results of checks. */
  readonly checklist: readonly unknown[]
}

/** The way of a delivery: each verb is called by the flow, refused once the order is to be cancelled, and safe twice. */
export const advanceVerbs = (desk: OrderDesk) => {
  const go = (actor: Actor, reference: string, to: OrderState, already: readonly OrderState[]): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (_tx, before, at) => {
      refuseCancelled(before)
      if (before.state === to || already.includes(before.state)) return undefined
      if (before.state === 'Blocked') throw orderBlocked(before)
      return { order: moveOrder(before, to, at), action: `order.${to.toLowerCase()}` }
    })

  const open =
    (work: Work): Work =>
    async (tx, before, at) => {
      refuseCancelled(before)
      if (before.state === 'Blocked' && !(await hasActiveAttempt(tx, before.id))) throw orderBlocked(before)
      return work(tx, before, at)
    }

  return {
    /** The pool is empty: the promise becomes that of an on-demand host (S0-154). Call it where that is found out. */
    poolFoundEmpty: (actor: Actor, reference: string): Promise<Order> =>
      desk.change(actor, 'orders.write', reference, async (_tx, before) =>
        before.warm === false ? undefined : { order: { ...before, warm: false }, action: 'order.pool_empty' },
      ),

    hostReserved: (
      actor: Actor,
      reference: string,
      { hostId, warm }: { readonly hostId: string; readonly warm: boolean },
    ): Promise<Order> =>
      desk.change(
        actor,
        'orders.write',
        reference,
        open(async (_tx, before) => {
          if (before.hostId === hostId && before.warm === warm) return undefined
          return {
            order: { ...before, hostId, warm: before.warm === false ? false : warm },
            action: 'order.host_reserved',
          }
        }),
      ),

    /** The host was given back: an undo, or its reservation lapsed. */
    hostReleased: (actor: Actor, reference: string, { reason }: { readonly reason: string }): Promise<Order> =>
      desk.change(actor, 'orders.write', reference, async (_tx, before) =>
        before.hostId === undefined
          ? undefined
          : { order: { ...before, hostId: undefined }, action: 'order.host_released', reason },
      ),

    startProvisioning: (actor: Actor, reference: string) => go(actor, reference, 'Provisioning', []),

    startValidation: (actor: Actor, reference: string) => go(actor, reference, 'Validation', ['Live', 'Incident']),

    /** S0-134..136. The clock stops; late is late, whoever notices first. */
    goLive: (actor: Actor, reference: string, { metadata, checklist }: Handoff): Promise<Order> =>
      desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
        if (before.state === 'Live' || before.state === 'Incident') return undefined
        refuseCancelled(before)
        const pauses = await listPauses(tx, before.id)
        const late = before.dueAt !== undefined && at > before.dueAt && before.breachedAt === undefined
        await dropPromises(tx, before.id, 'order.at_risk')
        await dropPromises(tx, before.id, 'order.breach')
        await endAttempt(tx, before.id, 'live', at)
        const clock = before.clockStartedAt && {
          startedAt: before.clockStartedAt,
          allowanceSeconds: before.allowanceSeconds ?? 0,
        }
        const spent = clock ? elapsed(clock, pauses, at) : undefined
        const order: Order = {
          ...moveOrder(before, 'Live', at),
          liveAt: at,
          metadata: spent
            ? { ...metadata, seconds: { customer: Math.round(spent.customer), internal: Math.round(spent.internal) } }
            : metadata,
          checklist,
          ...(late ? { breachedAt: before.dueAt, breachCause: breachCauseOf(before, pauses) } : {}),
        }
        return { order, action: 'order.live' }
      }),

    openIncident: (actor: Actor, reference: string, { reason }: { readonly reason: string }): Promise<Order> =>
      desk.change(actor, 'orders.write', reference, async (_tx, before, at) => {
        if (before.state === 'Incident') return undefined
        return {
          order: { ...moveOrder(before, 'Incident', at), incident: { reason, openedBy: actor.id } },
          action: 'order.incident',
          reason,
        }
      }),

    resolveIncident: (actor: Actor, reference: string, { reason }: { readonly reason: string }): Promise<Order> =>
      desk.change(actor, 'orders.write', reference, async (_tx, before, at) => {
        if (before.state !== 'Incident') return undefined
        return {
          order: { ...moveOrder(before, 'Live', at), incident: undefined },
          action: 'order.incident_resolved',
          reason,
        }
      }),
  }
}

function refuseCancelled(order: Order): void {
  if (order.cancelWantedAt && order.state !== 'Cancelled') throw cancelWanted(order)
}

/** A delivery that did not notice that its order was blocked since does not free it by going on. */
const orderBlocked = (order: Order) =>
  new NexusError('order.blocked', 'conflict', `Order ${order.ticket} is Blocked: ${order.blocked?.reason ?? ''}`, {
    hint: order.blocked?.commands.join(' | ') ?? `nexusctl order show ${order.ticket}`,
  })
