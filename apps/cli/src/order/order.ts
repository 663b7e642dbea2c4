import type { AnswerOf, ItemOf } from '@nexus/client'
import { table } from '../io.ts'
import { facts, moment, relative, section, since } from '../show.ts'

/** An order as the API answers it. */
export type Order = ItemOf<'listOrders'>
export type OrderProblem = Blocked['problems'][number]
export type Blocked = NonNullable<Order['blocked']>
export type OrderTask = ItemOf<'listOrderTasks'>
export type OrderDetail = AnswerOf<'getOrder'>

/** By due time as the server sorts them: who, how long, and for whom it waits. */
export const ordersText = (orders: readonly Order[], now: Date): string =>
  table(
    ['ticket', 'organization', 'plan', 'state', 'owner', 'due', 'elapsed', 'waiting for'],
    orders.map((order) => [
      order.ticket,
      order.organization,
      order.plan ?? '',
      stateText(order),
      order.owner?.name ?? '',
      dueText(order, now),
      since(order.clockStartedAt, order.liveAt ? new Date(order.liveAt) : now),
      order.waitingFor ?? '',
    ]),
  )

const stateText = ({ state, cancelWantedAt }: Order): string =>
  cancelWantedAt && state !== 'Cancelled' ? `${state}, cancelling` : state

function dueText(order: Order, now: Date): string {
  const word = order.breachedAt ? ' BREACHED' : order.atRiskAt && !order.liveAt ? ' at risk' : ''
  if (order.liveAt || order.dueAt === undefined) return word.trim()
  return `${relative(order.dueAt, now)}${word}`
}

export const problemLines = (problems: readonly OrderProblem[]): string[] =>
  problems.map((each) => `${each.path}: ${each.message}`)

export function orderText(order: OrderDetail, now: Date): string {
  const { blocked } = order
  return [
    facts([
      ['Ticket', order.ticket],
      ['Order', order.orderNumber],
      ['Organization', order.organization],
      ['Environment', order.environment],
      ['Plan', order.plan],
      ['Region', order.region],
      ['State', `${order.state} for ${since(order.stateSince, now)}`],
      ['Cancel wanted', moment(order.cancelWantedAt)],
      ['Owner', order.owner?.name],
      ['Waiting for', order.waitingFor],
      ['Clock began', moment(order.clockStartedAt)],
      ['Due', order.dueAt && `${moment(order.dueAt)} (${relative(order.dueAt, now)})`],
      [
        'Breached',
        order.breachedAt && `${moment(order.breachedAt)}${order.breachCause ? `: ${order.breachCause}` : ''}`,
      ],
      ['Live', moment(order.liveAt)],
      ['Host', order.hostId],
      ['Run', order.runId],
      ['Incident', order.incident?.reason],
    ]),
    ...(blocked ? section('Blocked', blockedLines(blocked)) : []),
    ...section(
      'Tasks',
      order.tasks.map((task) => `${task.id}  ${task.title}`),
    ),
    ...section(
      'Pauses',
      order.pauses.map(
        (each) => `${moment(each.from)} to ${moment(each.to) ?? 'now'}, for ${each.waitingFor}: ${each.cause}`,
      ),
    ),
    ...section(
      'Notes',
      order.notes.map((note) => `${moment(note.at)} ${note.author}: ${note.text}`),
    ),
    ...section(
      'Deployment',
      Object.entries(order.metadata ?? {}).map(([name, value]) => `${name}: ${plain(value)}`),
    ),
  ].join('\n')
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const blockedLines = (blocked: Blocked): string[] => [
  blocked.reason,
  ...problemLines(blocked.problems).map((line) => `  ${line}`),
  ...(blocked.commands.length > 0 ? ['Go on:', ...blocked.commands.map((line) => `  ${line}`)] : []),
]

/** What is answered to someone who changed an order. */
export const changedText = (order: Order, now: Date): string =>
  [
    `${order.ticket}  ${stateText(order)}${order.dueAt && !order.liveAt ? `  due ${relative(order.dueAt, now)}` : ''}`,
    ...(order.blocked && !order.cancelWantedAt ? blockedLines(order.blocked) : []),
  ].join('\n')

export const ticketArgument = ['<ticket>', 'the ticket, or the number of the order in Pulse'] as const

/** The body of the webhook is taken too: `{type: 'order_paid', data}`. */
export const fieldsOf = (read: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  typeof read['type'] === 'string' && typeof read['data'] === 'object' && read['data'] !== null
    ? (read['data'] as Record<string, unknown>)
    : read
