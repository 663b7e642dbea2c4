import { expect, test } from 'vitest'
import { mergeOrders } from './merge-orders.ts'
import type { Order } from './shapes.ts'

const order = (id: string, state: string, dueAt?: string): Order => ({
  id,
  ticket: id,
  environment: 'prod',
  state,
  stateSince: '2026-01-15T09:00:00Z',
  organization: 'Acme',
  attempt: 1,
  createdAt: '2026-01-15T09:00:00Z',
  ...(dueAt === undefined ? {} : { dueAt }),
})

test('pages become one list by due time, and an order that moved from one to the other is told once', () => {
  const late = order('late', 'Queued', '2026-01-15T20:00:00Z')
  const soon = order('soon', 'Queued', '2026-01-15T10:00:00Z')
  const live = order('live', 'Live', '2026-01-15T08:00:00Z')
  const { open, closed } = mergeOrders([
    { items: [order('none', 'Draft'), late] },
    { items: [soon, live, { ...late, state: 'Provisioning' }] },
  ])

  expect(open.map(({ id, state }) => `${id} ${state}`)).toEqual(['soon Queued', 'late Provisioning', 'none Draft'])
  expect(closed.map(({ id }) => id)).toEqual(['live'])
})
