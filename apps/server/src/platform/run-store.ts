import type { Db, Tx } from './db.ts'
import type { Failure } from './errors.ts'
import type { Happening } from './happening.ts'

/** How a run ended. `blocked`: it stopped for a person or a missing thing, and said so on its noun. */
export type RunOutcome = 'done' | 'blocked' | 'cancelled' | 'failed'

/** Counts every beginning of the story, the first one and each takeover; answers the span that started it, too. */
export async function beginRun(
  tx: Tx,
  run: string,
): Promise<{ readonly takeover: number; readonly parent: string | undefined }> {
  const row = await tx.row<{ takeover: number; trace_parent: string | null }>(
    `with begun as (
       update run set takeover = takeover + 1, ended_at = null, outcome = null, failure = null where id = $1
       returning id, subject, takeover, trace_parent)
     select takeover, trace_parent, pg_notify('nexus_event', json_build_object('subject', subject, 'run', id,
              'action', case takeover when 1 then 'run.started' else 'run.taken_over' end)::text)
       from begun`,
    [run],
    'begin-run',
  )
  const takeover = row?.takeover ?? 1
  if (takeover > 1) await endRemembered(tx, run)
  return { takeover, parent: row?.trace_parent ?? undefined }
}

/**
 * The end of a step is told with the beginning of the next one: what a kill between them or a crash of Postgres took of it is
 * told from the engine's memory, when the run is taken over and when it ends.
 */
async function endRemembered(tx: Tx, run: string): Promise<void> {
  await tx.rows(
    `update run_step
        set state = case when error is null then 'done' else 'failed' end, ended_at = to_timestamp(completed_at_epoch_ms / 1000.0)
       from dbos.operation_outputs
      where run_id = $1 and state = 'running' and workflow_uuid = run_id and function_id = position`,
    [run],
    'end-remembered',
  )
}

/** Only a run that this takeover left open: ended once is ended. */
export async function endRun(
  tx: Tx,
  run: string,
  takeover: number,
  outcome: RunOutcome,
  failure: Failure | undefined,
  at: Date,
): Promise<void> {
  await tx.rows(
    `with ended as (
       update run set ended_at = $2, outcome = $3, failure = $4, waiting_for = null
        where id = $1 and takeover = $5 and ended_at is null
       returning id, subject)
     select pg_notify('nexus_event', json_build_object('subject', subject, 'run', id, 'action', 'run.' || $3)::text)
       from ended`,
    [run, at, outcome, failure ? JSON.stringify(failure) : null, takeover],
    'end-run',
  )
  await endRemembered(tx, run)
}

/** A step of a run, as begun by which takeover: an older one writes nothing any more. */
export type Step = {
  readonly run: string
  readonly takeover: number
  readonly position: number
  readonly name: string
  readonly begunAt: Date
}
export type StepBegins = Step & { readonly evenIfCancelled: boolean }
export type StepEnds = Step & { readonly endedAt: Date; readonly failure?: Failure }

/** How the step of a run ended, and which one begins. */
export type StepNews = { readonly ended?: StepEnds | undefined; readonly begins?: StepBegins }

/** What who begins a step hears: whose the run is now, and whether somebody wants it to stop. */
export type StepBegun = { readonly takeover: number; readonly cancelWanted: boolean }

/** `begun` in the order of the news; `happened` is what was written, for whoever watches. */
export type StepsTold = { readonly begun: readonly StepBegun[]; readonly happened: readonly Happening[] }

/**
 * Writes news of many runs in one question. Nothing is written of a run that is another
 * takeover's now; a step begins only where nobody wants the run to stop (`evenIfCancelled`: what is given back is given back).
 *
 * The statement is over before its rows lie on the disk. A crash of Postgres may lose them, but never the beginning of a step
 * that the engine remembers: its memory is written later into the same log, and awaited.
 */
export async function tellSteps(db: Db, news: readonly StepNews[]): Promise<StepsTold> {
  const steps = news.flatMap(({ ended, begins }, item) => [
    ...(ended ? [{ ...ended, item, anyway: true }] : []),
    ...(begins ? [{ ...begins, item, anyway: begins.evenIfCancelled, endedAt: null, failure: undefined }] : []),
  ])
  type Row = {
    item: number
    run_id: string
    subject: string
    takeover: number
    cancel_wanted: boolean
    state: string | null
  }
  const rows = await db.rows<Row>(
    `with told as (
       select * from unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::jsonb[], $9::boolean[])
         as told (item, run_id, by, position, name, begun_at, ended_at, failure, anyway)),
     mine as (
       select told.*, subject, takeover, cancel_wanted_at is not null as cancel_wanted from told join run on run.id = run_id),
     kept as (
       insert into run_step (run_id, position, name, state, started_at, ended_at, failure)
       select run_id, position, name, case when ended_at is null then 'running' when failure is null then 'done' else 'failed' end,
              begun_at, ended_at, failure
         from mine where by = takeover and (anyway or not cancel_wanted)
       on conflict (run_id, position) do update
          set name = excluded.name, state = excluded.state, ended_at = excluded.ended_at, failure = excluded.failure,
              attempts = run_step.attempts + (excluded.state = 'running')::int,
              note = case excluded.state when 'running' then null else run_step.note end
       returning run_id, position, state)
     select item, run_id, subject, takeover, cancel_wanted, state, set_config('synchronous_commit', 'off', true)
       from mine left join kept using (run_id, position)`,
    [
      steps.map((each) => each.item),
      steps.map((each) => each.run),
      steps.map((each) => each.takeover),
      steps.map((each) => each.position),
      steps.map((each) => each.name),
      steps.map((each) => each.begunAt),
      steps.map((each) => each.endedAt),
      steps.map(({ failure }) => (failure ? JSON.stringify(failure) : null)),
      steps.map((each) => each.anyway),
    ],
    'tell-steps',
  )
  const found = new Map(rows.map((row) => [row.item, row]))
  const begun = news.map((_, item) => {
    const row = found.get(item)
    return { takeover: row?.takeover ?? 0, cancelWanted: row?.cancel_wanted ?? false }
  })
  const happened = rows
    .filter((row) => row.state)
    .map(({ subject, run_id, state }) => ({
      subject,
      run: run_id,
      action: state === 'running' ? 'step.started' : 'step.ended',
    }))
  return { begun, happened }
}

export async function noteStep(db: Db, run: string, position: number, note: string): Promise<void> {
  await db.rows(
    `with kept as (update run_step set note = $3 where run_id = $1 and position = $2 returning run_id)
     select pg_notify('nexus_event', json_build_object('subject', run.subject, 'run', run.id, 'action', 'step.note')::text)
       from run where run.id = $1`,
    [run, position, note.slice(0, 400)],
  )
}
