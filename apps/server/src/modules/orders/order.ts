import { NexusError, type Problem } from '../../platform/errors.ts'
import type { WaitingFor } from './order-clock.ts'
import type { JsonObject } from './order-content.ts'

/** S0-156..162, and two of ours: before payment, and given back. */
export const orderStates = [
  'Draft',
  'Ready for Provisioning',
  'Queued',
  'Provisioning',
  'Validation',
  'Live',
  'Blocked',
  'Incident',
  'Cancelled',
] as const
export type OrderState = (typeof orderStates)[number]

/** The whole life of an order. Validation goes back to Provisioning when the host is built again before the handoff. */
export const orderMoves = {
  Draft: ['Ready for Provisioning', 'Blocked', 'Cancelled'],
  'Ready for Provisioning': ['Queued', 'Blocked', 'Cancelled'],
  Queued: ['Provisioning', 'Blocked', 'Cancelled'],
  Provisioning: ['Validation', 'Blocked', 'Cancelled'],
  Validation: ['Live', 'Provisioning', 'Blocked', 'Cancelled'],
  Live: ['Incident'],
  Blocked: ['Ready for Provisioning', 'Queued', 'Provisioning', 'Validation', 'Cancelled'],
  Incident: ['Live'],
  Cancelled: [],
} as const satisfies Record<OrderState, readonly OrderState[]>

/**
 * Why an order is `Blocked`: whom it waits for, whether a passed check frees it by itself or a person must act, and
 * whether the attempt is over (then the way on is a new one) or its flow waits.
 */
export const blockKinds = {
  missing_data: { waitingFor: 'customer', leaves: 'by_check', endsAttempt: true },
  payment: { waitingFor: 'customer', leaves: 'by_check', endsAttempt: true },
  dns: { waitingFor: 'customer', leaves: 'by_check', endsAttempt: false },
  identity: { waitingFor: 'customer', leaves: 'by_check', endsAttempt: false },
  provider: { waitingFor: 'provider', leaves: 'by_check', endsAttempt: false },
  approval: { waitingFor: 'us', leaves: 'by_check', endsAttempt: false },
  failed_act: { waitingFor: 'us', leaves: 'by_person', endsAttempt: true },
  host_name_taken: { waitingFor: 'us', leaves: 'by_person', endsAttempt: true },
} as const satisfies Record<string, { waitingFor: WaitingFor; leaves: 'by_check' | 'by_person'; endsAttempt: boolean }>
export type BlockKind = keyof typeof blockKinds

export type Block = {
  readonly from: OrderState
  readonly kind: BlockKind
  readonly reason: string
  readonly waitingFor: WaitingFor
  readonly problems: readonly Problem[]
  /** What a person can type to go on. */
  readonly commands: readonly string[]
}

export type Owner = { readonly id: string; readonly name: string }

export type Order = {
  readonly id: string
  /** The ticket: the order's public number. It is the key of everything that is bought or named for the order. */
  readonly ticket: string
  /** The number in Pulse; a draft may not have one yet. */
  readonly orderNumber: string | undefined
  readonly environment: string
  readonly state: OrderState
  readonly stateSince: Date
  readonly fields: JsonObject
  readonly organization: string
  readonly plan: string | undefined
  readonly region: string | undefined
  readonly owner: Owner | undefined
  readonly attempt: number
  readonly hostId: string | undefined
  readonly warm: boolean | undefined
  readonly blocked: Block | undefined
  readonly incident: { readonly reason: string; readonly openedBy: string } | undefined
  readonly clockStartedAt: Date | undefined
  readonly allowanceSeconds: number | undefined
  readonly dueAt: Date | undefined
  readonly riskAt: Date | undefined
  readonly atRiskAt: Date | undefined
  readonly breachedAt: Date | undefined
  readonly breachCause: string | undefined
  readonly cancelWantedAt: Date | undefined
  readonly cancelReason: string | undefined
  readonly liveAt: Date | undefined
  readonly metadata: JsonObject | undefined
  readonly checklist: readonly unknown[] | undefined
  readonly createdAt: Date
}

export const mayMove = (from: OrderState, to: OrderState): boolean => orderMoves[from].some((each) => each === to)

/** Moving to where the order already is changes nothing, so a repeated step is harmless. */
export function moveOrder(order: Order, to: OrderState, at: Date): Order {
  if (order.state === to) return order
  if (!mayMove(order.state, to)) throw orderCannotMove(order, to)
  return { ...order, state: to, stateSince: at, blocked: to === 'Blocked' ? order.blocked : undefined }
}

/** Keeps the state it left; blocked again, it keeps the first one and takes the newer reason. */
export function blockOrder(order: Order, block: Omit<Block, 'from'>, at: Date): Order {
  const from = order.state === 'Blocked' ? (order.blocked?.from ?? 'Queued') : order.state
  return { ...moveOrder(order, 'Blocked', at), blocked: { ...block, from } }
}

/** Back to the state it left; an order that was blocked before it was ready becomes ready now. */
export function unblockOrder(order: Order, at: Date): Order {
  if (order.state !== 'Blocked') return order
  const from = order.blocked?.from ?? 'Queued'
  return moveOrder(order, from === 'Draft' ? 'Ready for Provisioning' : from, at)
}

/** Is the order past the point up to which another body just amends it? (A draft is always open.) */
export const takesAmendments = (order: Order): boolean =>
  order.state === 'Draft' ||
  order.state === 'Blocked' ||
  ((order.state === 'Ready for Provisioning' || order.state === 'Queued') && order.hostId === undefined)

export const wasLive = (order: Order): boolean => order.liveAt !== undefined

export const isOpen = (order: Order): boolean => !['Draft', 'Live', 'Incident', 'Cancelled'].includes(order.state)

/** What the trail keeps of an order: no contact of a person. */
export const orderSummary = (order: Order) => ({
  ticket: order.ticket,
  state: order.state,
  attempt: order.attempt,
  owner: order.owner?.id,
  plan: order.plan,
  hostId: order.hostId,
  warm: order.warm,
  dueAt: order.dueAt?.toISOString(),
  blocked: order.blocked && { kind: order.blocked.kind, from: order.blocked.from, reason: order.blocked.reason },
  cancelWantedAt: order.cancelWantedAt?.toISOString(),
})

/** The id of the run of one attempt: a finished id stays finished, so a retry is a new one. */
export const deliveryRunId = (ticket: string, attempt: number): string => `deliver-order:${ticket}:${attempt}`

export const orderNotFound = (reference: string) =>
  new NexusError('order.not_found', 'missing', `There is no order ${reference}.`, { hint: 'nexusctl order list' })

const orderCannotMove = (order: Order, to: OrderState) =>
  new NexusError('order.cannot_move', 'conflict', `Order ${order.ticket} is ${order.state} and cannot become ${to}.`, {
    hint: `From ${order.state} it can become: ${orderMoves[order.state].join(', ') || 'nothing'}.`,
  })

export const orderIncomplete = (order: Order, problems: readonly Problem[]) =>
  new NexusError('order.incomplete', 'invalid', `Order ${order.ticket} is not complete.`, {
    hint: `Amend it: nexusctl order amend ${order.ticket} -f order.yaml`,
    problems,
  })

export const cancelWanted = (order: Order) =>
  new NexusError('order.cancel_wanted', 'conflict', `Order ${order.ticket} is being cancelled.`, {
    hint: 'Its run undoes what was done so far and ends.',
  })
