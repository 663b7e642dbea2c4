import type { Db, Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import { type Block, type Order, type OrderState, orderNotFound } from './order.ts'
import { type JsonObject, textAt } from './order-content.ts'
import { organizationOf } from './order-intake.ts'

type OrderRow = {
  id: string
  ticket: string
  order_number: string | null
  environment: string
  state: OrderState
  state_since: Date
  fields: JsonObject
  organization: string
  plan: string | null
  region: string | null
  owner_id: string | null
  owner_name: string | null
  attempt: number
  host_id: string | null
  warm: boolean | null
  blocked: Block | null
  incident: { reason: string; openedBy: string } | null
  clock_started_at: Date | null
  allowance_seconds: number | null
  due_at: Date | null
  risk_at: Date | null
  at_risk_at: Date | null
  breached_at: Date | null
  breach_cause: string | null
  cancel_wanted_at: Date | null
  cancel_reason: string | null
  live_at: Date | null
  metadata: JsonObject | null
  checklist: unknown[] | null
  created_at: Date
}

const toOrder = (row: OrderRow): Order => ({
  id: row.id,
  ticket: row.ticket,
  orderNumber: row.order_number ?? undefined,
  environment: row.environment,
  state: row.state,
  stateSince: row.state_since,
  fields: row.fields,
  organization: row.organization,
  plan: row.plan ?? undefined,
  region: row.region ?? undefined,
  owner: row.owner_id === null ? undefined : { id: row.owner_id, name: row.owner_name ?? row.owner_id },
  attempt: row.attempt,
  hostId: row.host_id ?? undefined,
  warm: row.warm ?? undefined,
  blocked: row.blocked ?? undefined,
  incident: row.incident ?? undefined,
  clockStartedAt: row.clock_started_at ?? undefined,
  allowanceSeconds: row.allowance_seconds ?? undefined,
  dueAt: row.due_at ?? undefined,
  riskAt: row.risk_at ?? undefined,
  atRiskAt: row.at_risk_at ?? undefined,
  breachedAt: row.breached_at ?? undefined,
  breachCause: row.breach_cause ?? undefined,
  cancelWantedAt: row.cancel_wanted_at ?? undefined,
  cancelReason: row.cancel_reason ?? undefined,
  liveAt: row.live_at ?? undefined,
  metadata: row.metadata ?? undefined,
  checklist: row.checklist ?? undefined,
  createdAt: row.created_at,
})

const byReference =
  'select * from orders where id = $1 or ticket = $1 or order_number = $1 order by (id = $1) desc, (ticket = $1) desc limit 1'

/** By id, by ticket, or by the number in Pulse. */
export async function findOrder(db: Db, reference: string): Promise<Order> {
  const row = await db.row<OrderRow>(byReference, [reference])
  if (!row) throw orderNotFound(reference)
  return toOrder(row)
}

/** Holds the row until the transaction ends, so two callers cannot move one order at once. */
export async function lockOrder(tx: Tx, reference: string): Promise<Order> {
  const found = await findOrder(tx, reference)
  const row = await tx.row<OrderRow>('select * from orders where id = $1 for update', [found.id])
  if (!row) throw orderNotFound(reference)
  return toOrder(row)
}

/** Until the transaction ends nobody else opens or looks up this number in Pulse. */
export async function lockOrderNumber(tx: Tx, orderNumber: string): Promise<Order | undefined> {
  await tx.rows(`select pg_advisory_xact_lock(hashtextextended('order-number:' || $1, 0))`, [orderNumber])
  const row = await tx.row<OrderRow>('select * from orders where order_number = $1 for update', [orderNumber])
  return row && toOrder(row)
}

export async function addOrder(tx: Tx, fields: JsonObject, state: OrderState, at: Date): Promise<Order> {
  const row = await tx.row<OrderRow>(
    `insert into orders (id, ticket, order_number, environment, state, state_since, fields, organization, plan, region, created_at)
     values ($1, 'NX-' || nextval('order_ticket_number'), $2, $3, $4, $5, $6, $7, $8, $9, $5) returning *`,
    [newId('ord', at), ...identity(fields), state, at, JSON.stringify(fields), ...shown(fields)],
  )
  if (!row) throw orderNotFound('that was just added')
  return toOrder(row)
}

const identity = (fields: JsonObject) => [
  textAt(fields, 'orderNumber') ?? null,
  textAt(fields, 'environment') ?? 'prod',
]
const shown = (fields: JsonObject) => [
  organizationOf(fields),
  textAt(fields, 'plan') ?? null,
  textAt(fields, 'region') ?? null,
]

export async function saveOrder(tx: Tx, order: Order): Promise<void> {
  await tx.rows(
    `update orders set order_number = $2, environment = $3, state = $4, state_since = $5, fields = $6, organization = $7,
       plan = $8, region = $9, owner_id = $10, owner_name = $11, attempt = $12, host_id = $13, warm = $14,
       blocked = $15, incident = $16, clock_started_at = $17, allowance_seconds = $18, due_at = $19,
       risk_at = $20, at_risk_at = $21, breached_at = $22, breach_cause = $23, cancel_wanted_at = $24,
       cancel_reason = $25, live_at = $26, metadata = $27, checklist = $28
     where id = $1`,
    [
      order.id,
      ...identity(order.fields),
      order.state,
      order.stateSince,
      JSON.stringify(order.fields),
      ...shown(order.fields),
      order.owner?.id,
      order.owner?.name,
      order.attempt,
      order.hostId,
      order.warm,
      order.blocked && JSON.stringify(order.blocked),
      order.incident && JSON.stringify(order.incident),
      order.clockStartedAt,
      order.allowanceSeconds === undefined ? undefined : Math.round(order.allowanceSeconds),
      order.dueAt,
      order.riskAt,
      order.atRiskAt,
      order.breachedAt,
      order.breachCause,
      order.cancelWantedAt,
      order.cancelReason,
      order.liveAt,
      order.metadata && JSON.stringify(order.metadata),
      order.checklist && JSON.stringify(order.checklist),
    ],
  )
}

export type OrderFilter = {
  readonly ownerId?: string | undefined
  readonly state?: OrderState | undefined
  readonly atRisk?: boolean | undefined
  readonly limit: number
  readonly after?: OrderCursor | undefined
}
export type OrderCursor = { readonly closed: number; readonly due: string; readonly id: string }

// Indexes have these very expressions; with `coalesce` they could not be used behind the policy of this table.
const closed = `(case when state in ('Live', 'Cancelled') then 1 else 0 end)`
const due = `(case when due_at is null then 'infinity'::timestamptz else due_at end)`

/** Of those that are open, or of those that are closed. The whole row as one key would mislead the planner: it counts by the first. */
const standing = (isClosed: 0 | 1, from: string) => `
  (select ${closed} as closed, ${due} as due, orders.* from orders
    where ${closed} = ${isClosed} and (${from})
      and ($1::text is null or owner_id = $1)
      and ($2::text is null or state = $2)
      and (not $3 or (${closed} = 0 and state not in ('Live', 'Cancelled', 'Incident') and risk_at <= $4))
    order by ${due}, id limit $8)`

/** Open orders first, by due time; those without a clock last. */
export async function listOrders(db: Db, filter: OrderFilter, at: Date): Promise<Order[]> {
  const rows = await db.rows<OrderRow>(
    `${standing(0, `$5::int is null or ($5 = 0 and (${due}, id) > ($6::timestamptz, $7))`)}
     union all
     ${standing(1, `$5::int is null or $5 = 0 or (${due}, id) > ($6::timestamptz, $7)`)}
     order by closed, due, id limit $8`,
    [
      filter.ownerId ?? null,
      filter.state ?? null,
      filter.atRisk ?? false,
      at,
      filter.after?.closed ?? null,
      filter.after?.due ?? null,
      filter.after?.id ?? null,
      filter.limit,
    ],
  )
  return rows.map(toOrder)
}

/** The order that a last warm host should go to: the earliest due of those that wait for one. */
export async function firstInLine(db: Db, region: string, plan: string): Promise<Order | undefined> {
  const row = await db.row<OrderRow>(
    `select * from orders where state = 'Queued' and host_id is null and cancel_wanted_at is null and region = $1 and plan = $2
      order by ${due}, id limit 1`,
    [region, plan],
  )
  return row && toOrder(row)
}

/** Open orders per owner. The lock makes two triages at once see each other's choice. */
export async function loadOfOwners(tx: Tx): Promise<ReadonlyMap<string, number>> {
  await tx.rows(`select pg_advisory_xact_lock(hashtextextended('order-owner', 0))`)
  const rows = await tx.rows<{ owner_id: string; load: number }>(
    `select owner_id, count(*) as load from orders
      where owner_id is not null and state not in ('Draft', 'Live', 'Cancelled') group by owner_id`,
  )
  return new Map(rows.map((row) => [row.owner_id, row.load]))
}

export type OrderCounts = {
  readonly byState: Readonly<Partial<Record<OrderState, number>>>
  readonly delivered: number
  readonly withinDue: number
  readonly openAtRisk: number
  readonly openBreached: number
}

export async function countOrders(db: Db, at: Date): Promise<OrderCounts> {
  const states = await db.rows<{ state: OrderState; count: number }>(
    'select state, count(*) as count from orders group by state',
  )
  const open = `state not in ('Draft', 'Live', 'Cancelled', 'Incident')`
  const row = await db.row<{ delivered: number; within: number; risk: number; breached: number }>(
    `select count(*) filter (where live_at is not null) as delivered,
            count(*) filter (where live_at <= due_at) as within,
            count(*) filter (where ${open} and risk_at <= $1 and due_at > $1) as risk,
            count(*) filter (where ${open} and due_at <= $1) as breached
       from orders`,
    [at],
  )
  return {
    byState: Object.fromEntries(states.map((each) => [each.state, each.count])),
    delivered: row?.delivered ?? 0,
    withinDue: row?.within ?? 0,
    openAtRisk: row?.risk ?? 0,
    openBreached: row?.breached ?? 0,
  }
}
