import { setTimeout as pause } from 'node:timers/promises'
import { type Actor, type Permission, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { dropPromises, promise } from '../../platform/promises.ts'
import type { Place } from '../../platform/scope.ts'
import { type Block, blockKinds, blockOrder, deliveryRunId, type Order, type Owner, orderSummary } from './order.ts'
import { allowanceOf, dueAt, riskAt, waitsForCustomer } from './order-clock.ts'
import { missingOf, type OrderProblem, paidAtOf } from './order-completeness.ts'
import type { JsonObject } from './order-content.ts'
import { addAttempt, beginPause, endAttempt, endPause, hasActiveAttempt, listPauses } from './order-ledger.ts'
import { loadOfOwners, lockOrder, saveOrder } from './order-store.ts'
import type { PlanCatalogue } from './plan-catalogue.ts'

export type DeliveryStart = {
  readonly orderId: string
  readonly ticket: string
  readonly attempt: number
  readonly runId: string
  readonly actor: Actor
}

/** `owns`: whether orders of there may be theirs; left out: all. */
export type Provisioner = Owner & { readonly owns?: (place: Place) => boolean }

export const mayOwn = ({ owns }: Provisioner, { region, plan, organization }: Order): boolean =>
  owns === undefined || owns({ region, plan, customer: organization })

export type OrderDeps = {
  readonly db: Database
  readonly plans: PlanCatalogue
  readonly now: () => Date
  /** Those in Provisioning Ops who can own an order. */
  readonly provisioners: () => Promise<readonly Provisioner[]>
  /** Starts the delivery's flow in the transaction that opens or retries the order. */
  readonly startDelivery: (tx: Tx, start: DeliveryStart) => Promise<void>
  /** Wishes the end of a running delivery: it stops at its next step and undoes. */
  readonly stopDelivery: (tx: Tx, stop: Pick<DeliveryStart, 'orderId' | 'ticket' | 'runId' | 'actor'>) => Promise<void>
  /** Gives back what an ended delivery left; it ends with `finishCancel`. */
  readonly startGiveBack: (tx: Tx, start: DeliveryStart) => Promise<void>
  /** Our own domain for orders with the strategy `subdomain`. */
  readonly subdomainsOf?: string
  /** How long a `Blocked` order keeps the host reserved for it. */
  readonly reservationHours?: number
}

export type Change = {
  readonly order: Order
  readonly action: string
  readonly reason?: string
  /** One of them gets the order where nobody owns it. */
  readonly owners?: readonly Provisioner[]
}
export type Work = (tx: Tx, before: Order, at: Date) => Promise<Change | undefined>

/** The desk every verb of orders works at: may you, lock, move, clock, save, trail. */
export function orderDesk(deps: OrderDeps) {
  const problemsOf = (fields: JsonObject): readonly OrderProblem[] =>
    missingOf(fields, {
      plan: typeof fields.plan === 'string' ? deps.plans.find(fields.plan) : undefined,
      planNames: deps.plans.all.map((plan) => plan.name),
      subdomainsOf: deps.subdomainsOf,
      now: deps.now(),
    })

  /** Clock, due time and its promises follow from what the order is now; then the row and its trail. */
  async function keep(tx: Tx, actor: Actor, before: Order | undefined, change: Change, at: Date): Promise<Order> {
    const moved = change.order
    if (before?.state === 'Blocked' && moved.state !== 'Blocked') await endPause(tx, moved.id, 'block', actor.id, at)
    const timed = await withClock(tx, moved, at)
    // Whoever chooses holds up whoever chooses next until the commit, so little comes after it.
    const after = await withOwner(tx, timed, change.owners ?? [])
    await saveOrder(tx, after)
    await recordAudit(tx, actor, {
      action: change.action,
      subject: after.id,
      at,
      after: orderSummary(after),
      ...(before ? { before: orderSummary(before) } : {}),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
    })
    return after
  }

  async function withClock(tx: Tx, order: Order, at: Date): Promise<Order> {
    const plan = order.plan === undefined ? undefined : deps.plans.find(order.plan)
    if (order.state === 'Draft' || order.liveAt) return order
    if (order.state === 'Cancelled') {
      await dropClockPromises(tx, order.id)
      return order
    }
    const startedAt = order.clockStartedAt ?? paidAtOf(order.fields)
    if (!startedAt || !plan) return order
    const clock = { startedAt, allowanceSeconds: allowanceOf(plan, order.warm !== false) }
    const pauses = await listPauses(tx, order.id)
    const due = dueAt(clock, pauses, at)
    const risk = riskAt(clock, due)
    if (order.dueAt?.getTime() !== due.getTime()) {
      await dropClockPromises(tx, order.id)
      await promise(tx, { kind: 'order.at_risk', subject: order.id, dueAt: risk })
      await promise(tx, { kind: 'order.breach', subject: order.id, dueAt: due })
    }
    return {
      ...order,
      clockStartedAt: startedAt,
      allowanceSeconds: clock.allowanceSeconds,
      dueAt: due,
      riskAt: risk,
      atRiskAt: risk > at ? undefined : order.atRiskAt,
      breachedAt: due > at ? undefined : order.breachedAt,
      breachCause: due > at ? undefined : order.breachCause,
    }
  }

  async function dropClockPromises(tx: Tx, orderId: string): Promise<void> {
    await dropPromises(tx, orderId, 'order.at_risk')
    await dropPromises(tx, orderId, 'order.breach')
  }

  /** The least loaded of Provisioning Ops; an order that has an owner keeps them. */
  async function withOwner(tx: Tx, order: Order, provisioners: readonly Provisioner[]): Promise<Order> {
    const candidates = provisioners.filter((each) => mayOwn(each, order))
    if (order.owner || candidates.length === 0) return order
    const load = await loadOfOwners(tx)
    const loadOf = (owner: Owner) => load.get(owner.id) ?? 0
    const [owner] = [...candidates].sort((a, b) => loadOf(a) - loadOf(b) || a.id.localeCompare(b.id))
    return owner ? { ...order, owner: { id: owner.id, name: owner.name } } : order
  }

  /** `Blocked`, with the pause on the clock; where the kind ends the attempt, the flow returns. */
  async function block(tx: Tx, actor: Actor, order: Order, why: Omit<Block, 'from'>, at: Date): Promise<Order> {
    await beginPause(
      tx,
      order.id,
      { source: 'block', cause: `${why.kind}: ${why.reason}`, waitingFor: why.waitingFor, by: actor.id },
      at,
    )
    if (blockKinds[why.kind].endsAttempt) await endAttempt(tx, order.id, `blocked: ${why.kind}`, at)
    if (order.hostId !== undefined) {
      const lapse = new Date(at.getTime() + (deps.reservationHours ?? 24) * 3_600_000)
      await promise(tx, { kind: 'order.reservation_lapse', subject: order.id, dueAt: lapse })
    }
    return blockOrder(order, why, at)
  }

  const blockIncomplete = (
    tx: Tx,
    actor: Actor,
    order: Order,
    problems: readonly OrderProblem[],
    at: Date,
  ): Promise<Order> => {
    const onlyPayment = problems.every((problem) => problem.register === 'S0-41')
    return block(
      tx,
      actor,
      order,
      {
        kind: onlyPayment ? 'payment' : 'missing_data',
        reason: problems
          .map((problem) => problem.message)
          .join(' ')
          .slice(0, 2000),
        waitingFor: 'customer',
        problems,
        commands: [`nexusctl order amend ${order.ticket} -f order.yaml`, `nexusctl order check ${order.ticket}`],
      },
      at,
    )
  }

  const deliveryOf = (order: Order, actor: Actor, attempt: number): DeliveryStart => ({
    orderId: order.id,
    ticket: order.ticket,
    attempt,
    runId: deliveryRunId(order.ticket, attempt),
    actor,
  })

  /** A new attempt under a new run id; while one is going, it stays the one. */
  async function startAttempt(tx: Tx, actor: Actor, order: Order, at: Date): Promise<Order> {
    if (await hasActiveAttempt(tx, order.id)) return order
    const attempt = order.attempt + 1
    await addAttempt(tx, order.id, attempt, actor.id, at)
    await deps.startDelivery(tx, deliveryOf(order, actor, attempt)).catch((thrown) => {
      throw isStillEnding(thrown) ? runStillEnding(order) : thrown
    })
    return { ...order, attempt }
  }

  /** Ends a delivery that runs, or gives back what one left. */
  async function undoDelivery(tx: Tx, actor: Actor, order: Order): Promise<void> {
    const delivery = deliveryOf(order, actor, order.attempt)
    if (await hasActiveAttempt(tx, order.id)) await deps.stopDelivery(tx, delivery)
    else await deps.startGiveBack(tx, delivery)
  }

  return {
    ...deps,
    problemsOf,
    keep,
    require: requirePermission,
    block,
    blockIncomplete,
    startAttempt,
    undoDelivery,
    isPaused: async (tx: Tx, order: Order) => waitsForCustomer(await listPauses(tx, order.id)),

    /** One order, held, changed and kept with its trail; work that answers nothing changes nothing. */
    async change(actor: Actor, permission: Permission, reference: string, work: Work): Promise<Order> {
      requirePermission(actor, permission)
      return onceEnded(() =>
        deps.db.inTransaction(async (tx) => {
          const before = await lockOrder(tx, reference)
          const at = deps.now()
          const change = await work(tx, before, at)
          return change ? keep(tx, actor, before, change, at) : before
        }),
      )
    },

    /** The same for work that keeps (or leaves) the order itself. */
    async hold(
      actor: Actor,
      permission: Permission,
      reference: string,
      work: (tx: Tx, order: Order, at: Date) => Promise<Order>,
    ): Promise<Order> {
      requirePermission(actor, permission)
      return onceEnded(() => deps.db.inTransaction(async (tx) => work(tx, await lockOrder(tx, reference), deps.now())))
    },
  }
}

export type OrderDesk = ReturnType<typeof orderDesk>

/** One run of a kind per order: Postgres refuses a second one while the first has not written its end. */
const isStillEnding = (thrown: unknown): boolean => codeOf(thrown) === 'run.already_active'

const codeOf = (thrown: unknown): unknown => (thrown as { readonly code?: unknown } | null)?.code

const endingTries = 25
const endingPauseMilliseconds = 200

/**
 * An order is Blocked a moment before the last rows of its run are written. Whoever retries it right then is held for
 * that moment, five seconds at most; nothing is locked meanwhile, so that the run can end.
 */
async function onceEnded<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (tried === endingTries || codeOf(thrown) !== 'order.run_still_ending') throw thrown
      await pause(endingPauseMilliseconds)
    }
  }
}

const runStillEnding = (order: Order) =>
  new NexusError('order.run_still_ending', 'unavailable', `The last run of order ${order.ticket} is still ending.`, {
    hint: 'Try again in a moment.',
  })
