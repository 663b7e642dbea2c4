import type { Order, OrderPage } from './shapes.ts'

const isClosed = (order: Order) => order.state === 'Live' || order.state === 'Cancelled'
const dueOf = (order: Order) => (order.dueAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(order.dueAt))

/**
 * The pages as one list, open orders first, by due time. Pages are read at different moments, so an order that moved
 * in between is on two of them: it is told once.
 */
export function mergeOrders(pages: readonly OrderPage[]): {
  readonly open: readonly Order[]
  readonly closed: readonly Order[]
} {
  const byId = new Map(pages.flatMap((page) => page.items).map((order) => [order.id, order]))
  const sorted = [...byId.values()].sort((a, b) => {
    const [dueA, dueB] = [dueOf(a), dueOf(b)]
    return dueA === dueB ? (a.id < b.id ? -1 : 1) : dueA < dueB ? -1 : 1
  })
  return { open: sorted.filter((order) => !isClosed(order)), closed: sorted.filter(isClosed) }
}
