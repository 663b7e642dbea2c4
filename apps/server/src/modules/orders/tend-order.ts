import { type Actor, requirePermission } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import { isOpen, type Order, type OrderState } from './order.ts'
import { elapsed, type Pause, type WaitingFor } from './order-clock.ts'
import { mayOwn, type OrderDesk } from './order-desk.ts'
import {
  addNote,
  addTask,
  listNotes,
  listPauses,
  listTasks,
  type OrderNote,
  type OrderTask,
  type OrderTaskKind,
} from './order-ledger.ts'
import { countOrders, findOrder, firstInLine, listOrders, type OrderCounts, type OrderCursor } from './order-store.ts'

export type ListRequest = {
  readonly mine?: boolean | undefined
  readonly atRisk?: boolean | undefined
  readonly blocked?: boolean | undefined
  readonly state?: OrderState | undefined
  readonly limit?: number | undefined
  readonly after?: string | undefined
}

export type OrderDetail = {
  readonly order: Order
  readonly pauses: readonly Pause[]
  readonly tasks: readonly OrderTask[]
  readonly notes: readonly OrderNote[]
  readonly elapsed: { readonly customer: number; readonly internal: number } | undefined
}

export type OrderReport = OrderCounts & {
  /** Share of the delivered orders that were live in time; undefined when none was delivered. */
  readonly hitRate: number | undefined
}

export const tendVerbs = (desk: OrderDesk) => ({
  async find(actor: Actor, reference: string): Promise<Order> {
    requirePermission(actor, 'orders.read')
    return findOrder(desk.db, reference)
  },

  async show(actor: Actor, reference: string): Promise<OrderDetail> {
    requirePermission(actor, 'orders.read')
    const order = await findOrder(desk.db, reference)
    const pauses = await listPauses(desk.db, order.id)
    const tasks = await listTasks(desk.db, { orderId: order.id })
    const notes = await listNotes(desk.db, order.id)
    return { order, pauses, tasks, notes, elapsed: elapsedOf(order, pauses, desk.now()) }
  },

  /** Open orders first, by due time. */
  async list(
    actor: Actor,
    request: ListRequest,
  ): Promise<{ readonly items: readonly Order[]; readonly next?: string }> {
    requirePermission(actor, 'orders.read')
    const limit = Math.min(Math.max(request.limit ?? 50, 1), 200)
    const items = await listOrders(
      desk.db,
      {
        ownerId: request.mine ? actor.id : undefined,
        state: request.blocked ? 'Blocked' : request.state,
        atRisk: request.atRisk,
        limit: limit + 1,
        after: request.after === undefined ? undefined : readCursor(request.after),
      },
      desk.now(),
    )
    const page = items.slice(0, limit)
    const last = page.at(-1)
    return items.length > limit && last ? { items: page, next: writeCursor(last) } : { items: page }
  },

  /** Open tasks of the actor's orders, and of orders nobody owns. */
  async tasks(actor: Actor): Promise<readonly OrderTask[]> {
    requirePermission(actor, 'orders.read')
    return listTasks(desk.db, { ownerId: actor.id })
  },

  async report(actor: Actor): Promise<OrderReport> {
    requirePermission(actor, 'orders.read')
    const counts = await countOrders(desk.db, desk.now())
    return { ...counts, hitRate: counts.delivered === 0 ? undefined : counts.withinDue / counts.delivered }
  },

  /** May this order take the last warm host of its region and plan? Only the earliest due one that waits may. */
  async isFirstInLine(actor: Actor, reference: string): Promise<boolean> {
    requirePermission(actor, 'orders.read')
    const order = await findOrder(desk.db, reference)
    const first = await firstInLine(desk.db, order.region ?? '', order.plan ?? '')
    return first === undefined || first.id === order.id
  },

  /** Read by the delivery in a step of its own before each act. */
  async wantsCancel(actor: Actor, reference: string): Promise<boolean> {
    requirePermission(actor, 'orders.read')
    return (await findOrder(desk.db, reference)).cancelWantedAt !== undefined
  },

  /** A reservation lapses only while the order is still `Blocked`. */
  async reservationLapsed(
    actor: Actor,
    reference: string,
  ): Promise<{ readonly lapsed: boolean; readonly hostId: string | undefined }> {
    requirePermission(actor, 'orders.read')
    const order = await findOrder(desk.db, reference)
    const kept = (desk.reservationHours ?? 24) * 3_600_000
    const lapsed =
      order.state === 'Blocked' &&
      order.hostId !== undefined &&
      desk.now().getTime() - order.stateSince.getTime() >= kept
    return { lapsed, hostId: order.hostId }
  },

  async assign(actor: Actor, reference: string, { ownerId }: { readonly ownerId: string }): Promise<Order> {
    const owner = (await desk.provisioners()).find((each) => each.id === ownerId || each.name === ownerId)
    if (!owner) throw notProvisioner(ownerId)
    return desk.change(actor, 'orders.write', reference, async (_tx, before) => {
      if (before.owner?.id === owner.id) return undefined
      if (!mayOwn(owner, before)) throw notProvisioner(ownerId)
      const { id, name } = owner
      return { order: { ...before, owner: { id, name } }, action: 'order.assigned', reason: `to ${owner.name}` }
    })
  },

  note: (actor: Actor, reference: string, { text }: { readonly text: string }): Promise<Order> =>
    desk.change(actor, 'orders.sell', reference, async (tx, before, at) => {
      await addNote(tx, before.id, { at, author: actor.id, text })
      return { order: before, action: 'order.noted' }
    }),

  /** Something only a person can decide, put before the owner once. */
  askOwner: (
    actor: Actor,
    reference: string,
    { kind, title }: { readonly kind: OrderTaskKind; readonly title: string },
  ): Promise<Order> =>
    desk.change(actor, 'orders.write', reference, async (tx, before, at) => {
      await addTask(tx, before.id, { kind, title, ownerId: before.owner?.id }, at)
      return { order: before, action: 'order.task_opened', reason: title }
    }),
})

export function elapsedOf(order: Order, pauses: readonly Pause[], at: Date): OrderDetail['elapsed'] {
  if (!order.clockStartedAt || order.allowanceSeconds === undefined) return undefined
  const clock = { startedAt: order.clockStartedAt, allowanceSeconds: order.allowanceSeconds }
  return elapsed(clock, pauses, order.liveAt ?? at)
}

/** Whom an open order waits for, for people's lists. */
export const waitingForOf = (order: Order): WaitingFor | undefined =>
  order.blocked?.waitingFor ?? (isOpen(order) ? 'us' : undefined)

const writeCursor = (order: Order): string => {
  const cursor: OrderCursor = {
    closed: order.state === 'Live' || order.state === 'Cancelled' ? 1 : 0,
    due: order.dueAt?.toISOString() ?? 'infinity',
    id: order.id,
  }
  return Buffer.from(JSON.stringify([cursor.closed, cursor.due, cursor.id])).toString('base64url')
}

function readCursor(text: string): OrderCursor {
  try {
    const [closed, due, id]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    const isTime = due === 'infinity' || (typeof due === 'string' && !Number.isNaN(Date.parse(due)))
    if ((closed === 0 || closed === 1) && isTime && typeof due === 'string' && typeof id === 'string')
      return { closed, due, id }
  } catch {}
  throw new NexusError('order.bad_cursor', 'invalid', 'This page of orders cannot be found.', {
    hint: 'Start again without `after`.',
  })
}

const notProvisioner = (ownerId: string) =>
  new NexusError('order.not_a_provisioner', 'invalid', `${ownerId.slice(0, 80)} is nobody in Provisioning Ops.`, {
    hint: 'Give the id or name of a person with the role provisioning, whose limits leave room for this order.',
  })
