import type { Db, Tx } from './db.ts'
import type { Failure } from './errors.ts'

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
  return { takeover: row?.takeover ?? 1, parent: row?.trace_parent ?? undefined }
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
}

/**
 * The statement is over before its rows lie on the disk. A crash of Postgres may lose them, but never those of a step that
 * the engine remembers: its memory is written later into the same log, and awaited.
 */
const unawaited = `set_config('synchronous_commit', 'off', true)`

/** A step of a run, as begun by which takeover: an older one writes nothing any more. */
export type Step = {
  readonly run: string
  readonly takeover: number
  readonly position: number
  readonly name: string
  readonly begunAt: Date
}

/** What a step hears when it begins: whose the run is now, and whether somebody wants it to stop. */
export type StepBegun = { readonly takeover: number; readonly cancelWanted: boolean }

export type StepBegins = Step & { readonly evenIfCancelled: boolean }

/**
 * Begins steps in one question, and answers in their order: each is shown as running only where the run is still this
 * takeover's, and nobody wants it to stop (`evenIfCancelled`: what is given back is given back).
 */
export async function stepsStarted(db: Db, steps: readonly StepBegins[]): Promise<readonly StepBegun[]> {
  const rows = await db.rows<{ place: number; takeover: number; cancel_wanted: boolean }>(
    `with asked as (
       select * from unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::int[], $6::boolean[])
         with ordinality as asked (run_id, position, name, at, takeover, anyway, place)),
     mine as (
       select asked.*, subject, run.takeover as of, cancel_wanted_at is not null as cancel_wanted
         from asked join run on run.id = asked.run_id),
     kept as (
       insert into run_step (run_id, position, name, state, started_at)
       select run_id, position, name, 'running', at from mine where takeover = of and (anyway or not cancel_wanted)
       on conflict (run_id, position) do update
          set name = excluded.name, state = 'running', attempts = run_step.attempts + 1, ended_at = null, note = null, failure = null
       returning run_id, position),
     told as (
       select pg_notify('nexus_event', json_build_object('subject', subject, 'run', run_id, 'action', 'step.started')::text)
         from mine join kept using (run_id, position))
     select place, of as takeover, cancel_wanted, (select count(*) from told), ${unawaited} from mine`,
    [
      steps.map((each) => each.run),
      steps.map((each) => each.position),
      steps.map((each) => each.name),
      steps.map((each) => each.begunAt),
      steps.map((each) => each.takeover),
      steps.map((each) => each.evenIfCancelled),
    ],
    'steps-started',
  )
  const found = new Map(rows.map((row) => [row.place, row]))
  return steps.map((_, index) => {
    const row = found.get(index + 1)
    return { takeover: row?.takeover ?? 0, cancelWanted: row?.cancel_wanted ?? false }
  })
}

export type StepEnds = Step & { readonly endedAt: Date; readonly failure?: Failure }

/** Ends steps in one question, those whose run is still this takeover's; a beginning that a crash of Postgres took is told again. */
export async function stepsEnded(db: Db, steps: readonly StepEnds[]): Promise<void> {
  await db.rows(
    `with asked as (
       select * from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[])
         as asked (run_id, position, by, name, begun_at, at, failure)),
     mine as (select asked.*, subject from asked join run on run.id = asked.run_id and run.takeover = by),
     kept as (
       insert into run_step (run_id, position, name, state, started_at, ended_at, failure)
       select run_id, position, name, case when failure is null then 'done' else 'failed' end, begun_at, at, failure from mine
       on conflict (run_id, position) do update
          set state = excluded.state, ended_at = excluded.ended_at, failure = excluded.failure
       returning run_id, position)
     select pg_notify('nexus_event', json_build_object('subject', subject, 'run', run_id, 'action', 'step.ended')::text), ${unawaited}
       from mine join kept using (run_id, position)`,
    [
      steps.map((each) => each.run),
      steps.map((each) => each.position),
      steps.map((each) => each.takeover),
      steps.map((each) => each.name),
      steps.map((each) => each.begunAt),
      steps.map((each) => each.endedAt),
      steps.map(({ failure }) => (failure ? JSON.stringify(failure) : null)),
    ],
    'steps-ended',
  )
}

export async function noteStep(db: Db, run: string, position: number, note: string): Promise<void> {
  await db.rows(
    `with kept as (update run_step set note = $3 where run_id = $1 and position = $2 returning run_id)
     select pg_notify('nexus_event', json_build_object('subject', run.subject, 'run', run.id, 'action', 'step.note')::text)
       from run where run.id = $1`,
    [run, position, note.slice(0, 400)],
  )
}
