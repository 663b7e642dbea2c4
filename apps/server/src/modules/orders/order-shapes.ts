import { z } from 'zod'
import { plainText } from '../../platform/plain-text.ts'
import { type Order, orderStates } from './order.ts'
import { type OrderTask, orderTaskKinds } from './order-ledger.ts'
import { type OrderDetail, waitingForOf } from './tend-order.ts'

/** The API's own shapes of an order. */
const time = z.string().meta({ description: 'ISO 8601, UTC' })
const waitingFor = z.enum(['us', 'customer', 'provider'])

export const ProblemView = z.object({ path: z.string(), message: z.string(), register: z.string().optional() })

export const OrderView = z.object({
  id: z.string(),
  ticket: z.string(),
  orderNumber: z.string().optional(),
  environment: z.string(),
  state: z.enum(orderStates),
  stateSince: time,
  organization: z.string(),
  plan: z.string().optional(),
  region: z.string().optional(),
  owner: z.object({ id: z.string(), name: z.string() }).optional(),
  attempt: z.int(),
  runId: z.string().optional(),
  hostId: z.string().optional(),
  waitingFor: waitingFor.optional(),
  blocked: z
    .object({
      from: z.enum(orderStates),
      kind: z.string(),
      reason: z.string(),
      problems: z.array(ProblemView),
      commands: z.array(z.string()),
    })
    .optional(),
  clockStartedAt: time.optional(),
  dueAt: time.optional(),
  riskAt: time.optional(),
  atRiskAt: time.optional(),
  breachedAt: time.optional(),
  breachCause: z.string().optional(),
  cancelWantedAt: time.optional(),
  liveAt: time.optional(),
  createdAt: time,
})

export const ListView = z.object({ items: z.array(OrderView), next: z.string().optional() })

export const TaskView = z.object({
  id: z.string(),
  ticket: z.string(),
  kind: z.enum(orderTaskKinds),
  title: z.string(),
  proposal: z.record(z.string(), z.unknown()).optional(),
  createdAt: time,
})

export const DetailView = OrderView.extend({
  fields: z.record(z.string(), z.unknown()),
  elapsedSeconds: z.object({ customer: z.number(), internal: z.number() }).optional(),
  pauses: z.array(z.object({ cause: z.string(), waitingFor, from: time, to: time.optional() })),
  tasks: z.array(TaskView),
  notes: z.array(z.object({ at: time, author: z.string(), text: z.string() })),
  metadata: z.record(z.string(), z.unknown()).optional(),
  checklist: z.array(z.unknown()).optional(),
  incident: z.object({ reason: z.string() }).optional(),
})

export const ReportView = z.object({
  byState: z.partialRecord(z.enum(orderStates), z.number()),
  delivered: z.number(),
  withinDue: z.number(),
  openAtRisk: z.number(),
  openBreached: z.number(),
  hitRate: z.number().optional().meta({ description: 'Share of the delivered orders that were live in time' }),
})

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

/** Leaves out what is not there: `undefined` is no JSON. */
function present<T extends object>(shape: T): Partial<Defined<T>> {
  // Filtering entries keeps each key's own type; TypeScript cannot see that through Object.entries.
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>
}

export const orderView = (order: Order): z.output<typeof OrderView> => ({
  id: order.id,
  ticket: order.ticket,
  environment: order.environment,
  state: order.state,
  stateSince: order.stateSince.toISOString(),
  organization: order.organization,
  attempt: order.attempt,
  createdAt: order.createdAt.toISOString(),
  ...present({
    orderNumber: order.orderNumber,
    plan: order.plan,
    region: order.region,
    owner: order.owner && { id: order.owner.id, name: order.owner.name },
    runId: order.attempt > 0 ? `deliver-order:${order.ticket}:${order.attempt}` : undefined,
    hostId: order.hostId,
    waitingFor: waitingForOf(order),
    blocked: order.blocked && {
      from: order.blocked.from,
      kind: order.blocked.kind,
      reason: order.blocked.reason,
      problems: [...order.blocked.problems],
      commands: [...order.blocked.commands],
    },
    clockStartedAt: order.clockStartedAt?.toISOString(),
    dueAt: order.dueAt?.toISOString(),
    riskAt: order.riskAt?.toISOString(),
    atRiskAt: order.atRiskAt?.toISOString(),
    breachedAt: order.breachedAt?.toISOString(),
    breachCause: order.breachCause,
    cancelWantedAt: order.cancelWantedAt?.toISOString(),
    liveAt: order.liveAt?.toISOString(),
  }),
})

export const taskView = (task: OrderTask): z.output<typeof TaskView> => ({
  id: task.id,
  ticket: task.ticket,
  kind: task.kind,
  title: task.title,
  createdAt: task.createdAt.toISOString(),
  ...(task.proposal ? { proposal: { ...task.proposal } } : {}),
})

export const detailView = (detail: OrderDetail): z.output<typeof DetailView> => ({
  ...orderView(detail.order),
  fields: { ...detail.order.fields },
  pauses: detail.pauses.map((pause) => ({
    cause: pause.cause,
    waitingFor: pause.waitingFor,
    from: pause.from.toISOString(),
    ...(pause.to ? { to: pause.to.toISOString() } : {}),
  })),
  tasks: detail.tasks.map(taskView),
  notes: detail.notes.map((note) => ({ at: note.at.toISOString(), author: note.author, text: plainText(note.text) })),
  ...present({
    elapsedSeconds: detail.elapsed,
    metadata: detail.order.metadata && { ...detail.order.metadata },
    checklist: detail.order.checklist && [...detail.order.checklist],
    incident: detail.order.incident && { reason: detail.order.incident.reason },
  }),
})
