import type { OrderDetail, Orders } from '../modules/orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Db } from '../platform/db.ts'
import { plainLine, plainText } from '../platform/plain-text.ts'

export type TimelineStep = {
  readonly position: number
  readonly name: string
  readonly state: string
  readonly attempts: number
  readonly startedAt: string
  readonly endedAt: string | undefined
  readonly seconds: number | undefined
  readonly note: string | undefined
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string | undefined } | undefined
}

export type TimelineRun = {
  readonly id: string
  readonly flow: string
  readonly startedAt: string
  readonly endedAt: string | undefined
  readonly outcome: string | undefined
  readonly waitingFor: string | undefined
  readonly steps: readonly TimelineStep[]
}

export type TimelineCheck = {
  readonly name: string
  readonly title: string
  readonly status: string
  readonly summary: string
  readonly asked: string
  readonly vantage: string
  readonly at: string
  readonly seconds: number | undefined
  readonly evidence: string | undefined
  readonly runId: string | undefined
}

export type TimelineEntry = {
  readonly at: string
  readonly actor: string
  readonly onBehalfOf: string | undefined
  readonly action: string
  readonly reason: string | undefined
}

export type OrderTimeline = OrderDetail & {
  readonly runs: readonly TimelineRun[]
  readonly entries: readonly TimelineEntry[]
  readonly checks: readonly TimelineCheck[]
  readonly links: readonly { readonly label: string; readonly url: string }[]
}

/** One order with everything that happened to it: clock, runs and their steps, trail, checks with evidence, links. */
export const orderTimeline =
  ({ db, orders }: { readonly db: Db; readonly orders: Pick<Orders, 'show'> }) =>
  async (actor: Actor, reference: string): Promise<OrderTimeline> => {
    const detail = await orders.show(actor, reference)
    const { id, ticket } = detail.order
    const runs = await listRuns(db, [id, ticket])
    const subjects = [id, ticket, ...runs.map((run) => run.id)]
    const entries = await listEntries(db, subjects)
    const checks = await listChecks(db, subjects)
    return { ...detail, runs, entries, checks, links: linksOf(detail.order.metadata?.urls) }
  }

type RunRow = {
  id: string
  flow: string
  started_at: Date
  ended_at: Date | null
  outcome: string | null
  waiting_for: string | null
}
type Failure = { code?: string; message?: string; hint?: string }
type StepRow = {
  run_id: string
  position: number
  name: string
  state: string
  attempts: number
  started_at: Date
  ended_at: Date | null
  note: string | null
  failure: Failure | null
}

async function listRuns(db: Db, subjects: readonly string[]): Promise<TimelineRun[]> {
  const runs = await db.rows<RunRow>(
    'select id, flow, started_at, ended_at, outcome, waiting_for from run where subject = any($1) order by started_at, id',
    [subjects],
  )
  const steps = await db.rows<StepRow>(
    `select run_id, position, name, state, attempts, started_at, ended_at, note, failure
       from run_step where run_id = any($1) order by run_id, position`,
    [runs.map((run) => run.id)],
  )
  return runs.map((run) => ({
    id: run.id,
    flow: run.flow,
    startedAt: run.started_at.toISOString(),
    endedAt: run.ended_at?.toISOString(),
    outcome: run.outcome ?? undefined,
    waitingFor: run.waiting_for ?? undefined,
    steps: steps.filter((step) => step.run_id === run.id).map(toStep),
  }))
}

const toStep = (row: StepRow): TimelineStep => ({
  position: row.position,
  name: row.name,
  state: row.state,
  attempts: row.attempts,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString(),
  seconds: row.ended_at ? (row.ended_at.getTime() - row.started_at.getTime()) / 1000 : undefined,
  note: row.note === null ? undefined : plainLine(row.note),
  failure: row.failure
    ? {
        code: row.failure.code ?? 'nexus.bug',
        message: plainText(row.failure.message ?? '', 1000),
        hint: row.failure.hint === undefined ? undefined : plainText(row.failure.hint, 1000),
      }
    : undefined,
})

async function listEntries(db: Db, subjects: readonly string[]): Promise<TimelineEntry[]> {
  const rows = await db.rows<{
    at: Date
    actor: string
    on_behalf_of: string | null
    action: string
    reason: string | null
  }>(
    `select at, actor, on_behalf_of, action, reason from (
       select * from audit_entry where subject = any($1) order by at desc, id desc limit 500) newest order by at, id`,
    [subjects],
  )
  return rows.map((row) => ({
    at: row.at.toISOString(),
    actor: row.actor,
    onBehalfOf: row.on_behalf_of ?? undefined,
    action: row.action,
    reason: row.reason === null ? undefined : plainText(row.reason, 1000),
  }))
}

type CheckRow = {
  name: string
  title: string
  status: string
  summary: string
  asked: string
  vantage: string
  at: Date
  seconds: number | string | null
  evidence: string | null
  run_id: string | null
}

/** The newest answer of each check about the order, or found by one of its runs. */
async function listChecks(db: Db, subjects: readonly string[]): Promise<TimelineCheck[]> {
  const rows = await db.rows<CheckRow>(
    `select * from (
       select distinct on (subject, name) id, name, title, status, summary, asked, vantage, at, seconds, evidence, run_id
         from check_result where subject = any($1) or run_id = any($1)
        order by subject, name, at desc, id desc) newest
      order by at, id limit 500`,
    [subjects],
  )
  return rows.map((row) => ({
    name: row.name,
    title: plainLine(row.title),
    status: row.status,
    summary: plainLine(row.summary),
    asked: plainLine(row.asked, 1000),
    vantage: row.vantage,
    at: row.at.toISOString(),
    seconds: row.seconds === null ? undefined : Number(row.seconds),
    evidence: row.evidence === null ? undefined : plainText(row.evidence),
    runId: row.run_id ?? undefined,
  }))
}

/** `metadata.urls` of the handoff; only web addresses become links. */
function linksOf(urls: unknown): OrderTimeline['links'] {
  if (typeof urls !== 'object' || urls === null) return []
  return Object.entries(urls).flatMap(([label, url]: [string, unknown]) =>
    typeof url === 'string' && /^https?:\/\//.test(url) ? [{ label: plainLine(label, 80), url: plainLine(url) }] : [],
  )
}
