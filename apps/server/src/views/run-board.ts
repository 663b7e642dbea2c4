import type { Db } from '../platform/db.ts'
import { NexusError, type Problem } from '../platform/errors.ts'

/** What a run or step failed with; `problems` are the lines behind the sentence, such as the checks that refused. */
export type RunFailure = {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly problems?: readonly Problem[]
}

type RunRow = {
  id: string
  flow: string
  subject: string
  started_by: string
  started_at: Date
  resumed_at: Date | null
  ended_at: Date | null
  outcome: string | null
  failure: RunFailure | null
  waiting_for: string | null
  cancel_wanted_at: Date | null
  takeover: number
}
type StepRow = {
  position: number
  name: string
  state: string
  attempts: number
  started_at: Date
  ended_at: Date | null
  note: string | null
  failure: RunFailure | null
}

export type RunSummary = {
  readonly id: string
  readonly flow: string
  readonly subject: string
  readonly startedBy: string
  readonly startedAt: string
  /** When a person had it go on last. */
  readonly resumedAt?: string
  readonly endedAt?: string
  readonly state: 'running' | 'done' | 'blocked' | 'cancelled' | 'failed'
  /** How often another node, or the same one started again, took it over. */
  readonly takeovers: number
  readonly cancelWanted: boolean
  readonly failure?: RunFailure
}
export type RunStep = {
  readonly position: number
  readonly name: string
  readonly state: 'running' | 'done' | 'failed'
  readonly attempts: number
  readonly startedAt: string
  readonly endedAt?: string
  readonly seconds?: number
  readonly note?: string
  readonly failure?: RunFailure
}

const columns =
  'run.id, run.flow, run.subject, run.started_by, run.started_at, run.resumed_at, run.ended_at, run.outcome, run.failure, run.waiting_for, run.cancel_wanted_at, run.takeover'

const toRun = (row: RunRow): RunSummary => ({
  id: row.id,
  flow: row.flow,
  subject: row.subject,
  startedBy: row.started_by,
  startedAt: row.started_at.toISOString(),
  ...(row.resumed_at ? { resumedAt: row.resumed_at.toISOString() } : {}),
  ...(row.ended_at ? { endedAt: row.ended_at.toISOString() } : {}),
  state: (row.outcome ?? 'running') as RunSummary['state'],
  takeovers: Math.max(0, row.takeover - 1),
  cancelWanted: row.cancel_wanted_at !== null,
  ...(row.failure ? { failure: row.failure } : {}),
})

const toStep = (row: StepRow): RunStep => ({
  position: row.position,
  name: row.name,
  state: row.state as RunStep['state'],
  attempts: row.attempts,
  startedAt: row.started_at.toISOString(),
  ...(row.ended_at
    ? { endedAt: row.ended_at.toISOString(), seconds: (row.ended_at.getTime() - row.started_at.getTime()) / 1000 }
    : {}),
  ...(row.note ? { note: row.note } : {}),
  ...(row.failure ? { failure: row.failure } : {}),
})

/** Newest first; `after` is the id and start of the last run of the page before. */
export async function listRuns(
  db: Db,
  { subject, state, limit, after }: { subject?: string; state?: string; limit: number; after?: string },
): Promise<{ items: RunSummary[]; next?: string }> {
  const rows = await db.rows<RunRow>(
    `select ${columns} from run
      where ($1::text is null or run.subject = $1)
        and ($2::text is null or (case when run.outcome is null then 'running' else run.outcome end) = $2)
        and ($3::text is null or (run.started_at, run.id) < ((select at.started_at from run at where at.id = $3), $3))
      order by run.started_at desc, run.id desc limit $4`,
    [subject ?? null, state ?? null, after ?? null, limit + 1],
  )
  const items = rows.slice(0, limit).map(toRun)
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last ? { next: last.id } : {}) }
}

export async function showRun(db: Db, id: string): Promise<RunSummary & { steps: RunStep[] }> {
  const row = await db.row<RunRow>(`select ${columns} from run where run.id = $1`, [id])
  if (!row) throw new NexusError('run.not_found', 'missing', `There is no run ${id}.`, { hint: 'nexusctl run list' })
  const steps = await db.rows<StepRow>(
    'select position, name, state, attempts, started_at, ended_at, note, failure from run_step where run_id = $1 order by position',
    [id],
  )
  return { ...toRun(row), steps: steps.map(toStep) }
}

/** The step a run ended at: of those that failed the one that ended last. */
export async function lastFailedStep(
  db: Db,
  runId: string,
): Promise<{ readonly position: number; readonly name: string } | undefined> {
  return db.row<{ position: number; name: string }>(
    `select position, name from run_step where run_id = $1 and state = 'failed'
      order by ended_at desc nulls last, position desc limit 1`,
    [runId],
  )
}

/** The run of this flow that has not ended; the database lets there be one. */
export async function activeRun(db: Db, flow: string, subject: string): Promise<string | undefined> {
  const row = await db.row<{ id: string }>('select id from run where flow = $1 and subject = $2 and ended_at is null', [
    flow,
    subject,
  ])
  return row?.id
}
