import type { Actor } from '../../platform/actor.ts'
import { NexusError, type Problem } from '../../platform/errors.ts'
import { settle } from './amend-order.ts'
import {
  type BlockKind,
  blockKinds,
  cancelWanted,
  moveOrder,
  type Order,
  orderIncomplete,
  unblockOrder,
} from './order.ts'
import type { WaitingFor } from './order-clock.ts'
import type { OrderDesk } from './order-desk.ts'
import { beginPause, endAttempt, endPause, hasActiveAttempt, reopenAttempt } from './order-ledger.ts'

export type BlockRequest = {
  readonly kind: BlockKind
  readonly reason: string
  /** Whom it waits for; the kind says it where this is left out. */
  readonly waitingFor?: WaitingFor
  readonly problems?: readonly Problem[]
  readonly commands?: readonly string[]
  /** The flow ends here; the kind says it where this is left out. */
  readonly endsAttempt?: boolean
}

export const blockVerbs = (desk: OrderDesk) => ({
  /** An order whose attempt is over keeps the reason it has: a flow that notices late does not paint over it. */
  block: (actor: Actor, reference: string, request: BlockRequest): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.state === 'Blocked' && !(await hasActiveAttempt(tx, before.id))) return undefined
      if (request.endsAttempt) await endAttempt(tx, before.id, `blocked: ${request.kind}`, at)
      else if (before.blocked?.kind === request.kind && before.blocked.reason === request.reason) return undefined
      const why = {
        kind: request.kind,
        reason: request.reason,
        waitingFor: request.waitingFor ?? blockKinds[request.kind].waitingFor,
        problems: request.problems ?? [],
        commands: request.commands ?? [`nexusctl order show ${before.ticket}`, `nexusctl order retry ${before.ticket}`],
      }
      return { order: await desk.block(tx, actor, before, why, at), action: 'order.blocked', reason: request.reason }
    }),

  /**
   * Back to the state it left. A passed check frees what waits for a check; what a person must decide is freed by a
   * person only. With `resumesRun` the attempt that ended goes on (its run was resumed).
   */
  unblock: (
    actor: Actor,
    reference: string,
    { reason, resumesRun = false }: { readonly reason: string; readonly resumesRun?: boolean },
  ): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      const { blocked } = before
      if (before.state !== 'Blocked' || !blocked) return undefined
      if (before.cancelWantedAt) throw cancelWanted(before)
      if (blockKinds[blocked.kind].leaves === 'by_person' && isFlow(actor)) throw takesPerson(before)
      if (blocked.kind === 'missing_data' || blocked.kind === 'payment') {
        const settled = await settle(desk, tx, actor, before, at)
        return settled.state === 'Blocked' ? undefined : { order: settled, action: 'order.unblocked', reason }
      }
      if (!(await hasActiveAttempt(tx, before.id))) {
        if (!resumesRun) throw takesRetry(before)
        await reopenAttempt(tx, before.id, before.attempt)
      }
      return { order: unblockOrder(before, at), action: 'order.unblocked', reason }
    }),

  /** A new attempt under a new run id, from the queue on; what stands already is found again, not doubled. */
  retry: (actor: Actor, reference: string): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.cancelWantedAt) throw cancelWanted(before)
      if (await hasActiveAttempt(tx, before.id)) throw attemptActive(before)
      if (before.state !== 'Blocked') throw notBlocked(before)
      const problems = desk.problemsOf(before.fields)
      if (problems.length > 0) throw orderIncomplete(before, problems)
      const order = await desk.startAttempt(tx, actor, moveOrder(before, 'Queued', at), at)
      return { order, action: 'order.retried' }
    }),

  /** Stops the customer's clock by hand, with the cause in the trail; only what waits for the customer moves the due time. */
  pause: (
    actor: Actor,
    reference: string,
    { cause, waitingFor }: { readonly cause: string; readonly waitingFor: WaitingFor },
  ): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      if (before.liveAt || before.state === 'Cancelled' || before.state === 'Draft') throw noClock(before)
      await beginPause(tx, before.id, { source: 'person', cause, waitingFor, by: actor.id }, at)
      return { order: before, action: 'order.paused', reason: `${waitingFor}: ${cause}` }
    }),

  resume: (actor: Actor, reference: string, { reason }: { readonly reason: string }): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      const ended = await endPause(tx, before.id, 'person', actor.id, at)
      return ended ? { order: before, action: 'order.resumed', reason } : undefined
    }),
})

const isFlow = (actor: Actor) => actor.id.startsWith('system:')

const takesPerson = (order: Order) =>
  new NexusError('order.takes_a_person', 'conflict', `Order ${order.ticket} is Blocked until a person decides.`, {
    hint: order.blocked?.commands.join(' | ') ?? `nexusctl order show ${order.ticket}`,
  })

const takesRetry = (order: Order) =>
  new NexusError('order.takes_a_retry', 'conflict', `The attempt ${order.attempt} of order ${order.ticket} is over.`, {
    hint: `nexusctl order retry ${order.ticket}`,
  })

const attemptActive = (order: Order) =>
  new NexusError(
    'order.attempt_active',
    'conflict',
    `Attempt ${order.attempt} of order ${order.ticket} is still going.`,
    {
      hint: `nexusctl run watch deliver-order:${order.ticket}:${order.attempt}`,
    },
  )

const notBlocked = (order: Order) =>
  new NexusError(
    'order.not_blocked',
    'conflict',
    `Order ${order.ticket} is ${order.state}; only a Blocked order is retried.`,
    {
      hint: `nexusctl order show ${order.ticket}`,
    },
  )

const noClock = (order: Order) =>
  new NexusError('order.no_clock', 'conflict', `Order ${order.ticket} is ${order.state}: no clock runs.`, {
    hint: `nexusctl order show ${order.ticket}`,
  })
