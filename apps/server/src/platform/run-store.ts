import type { Db, Tx } from './db.ts'
import type { Failure } from './errors.ts'

/** How a run ended. `blocked`: it stopped for a person or a missing thing, and said so on its noun. */
export type RunOutcome = 'done' | 'blocked' | 'cancelled' | 'failed'

const notify = (db: Db, subject: string, run: string, action: string) =>
  db.rows(`select pg_notify('nexus_event', $1)`, [JSON.stringify({ subject, run, action })])

/** Counts every beginning of the story, the first one and each takeover; answers the span that started it, too. */
export async function beginRun(
  tx: Tx,
  run: string,
): Promise<{ readonly takeover: number; readonly parent: string | undefined }> {
  const row = await tx.row<{ takeover: number; subject: string; trace_parent: string | null }>(
    'update run set takeover = takeover + 1, ended_at = null, outcome = null, failure = null where id = $1 returning takeover, subject, trace_parent',
    [run],
  )
  if (row) await notify(tx, row.subject, run, row.takeover === 1 ? 'run.started' : 'run.taken_over')
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
  const row = await tx.row<{ subject: string }>(
    'update run set ended_at = $2, outcome = $3, failure = $4, waiting_for = null where id = $1 and takeover = $5 and ended_at is null returning subject',
    [run, at, outcome, failure ? JSON.stringify(failure) : null, takeover],
  )
  if (row) await notify(tx, row.subject, run, `run.${outcome}`)
}

/** Which step of which run, as begun by which takeover: an older one writes nothing any more. */
export type StepPlace = { readonly run: string; readonly takeover: number; readonly position: number }

/** What a step hears when it begins: whose the run is now, and whether somebody wants it to stop. */
export type StepBegun = { readonly takeover: number; readonly cancelWanted: boolean }

/**
 * Begins a step in one question: it is shown as running only where the run is still this takeover's, and nobody wants it
 * to stop (`evenIfCancelled`: what is given back is given back).
 */
export async function stepStarted(
  db: Db,
  { run, takeover, position }: StepPlace,
  { name, at, evenIfCancelled }: { readonly name: string; readonly at: Date; readonly evenIfCancelled: boolean },
): Promise<StepBegun> {
  const row = await db.row<{ takeover: number; cancel_wanted: boolean }>(
    `with mine as (
       select id, subject, takeover, cancel_wanted_at is not null as cancel_wanted from run where id = $1),
     kept as (
       insert into run_step (run_id, position, name, state, started_at)
       select id, $2, $3, 'running', $4 from mine where takeover = $5 and ($6 or not cancel_wanted)
       on conflict (run_id, position) do update
          set name = excluded.name, state = 'running', attempts = run_step.attempts + 1, ended_at = null, note = null, failure = null
       returning run_id),
     told as (
       select pg_notify('nexus_event', json_build_object('subject', subject, 'run', id, 'action', 'step.started')::text)
         from mine join kept on run_id = id)
     select takeover, cancel_wanted, (select count(*) from told) from mine`,
    [run, position, name, at, takeover, evenIfCancelled],
  )
  return { takeover: row?.takeover ?? 0, cancelWanted: row?.cancel_wanted ?? false }
}

export async function stepEnded(
  db: Db,
  { run, takeover, position }: StepPlace,
  failure: Failure | undefined,
  at: Date,
): Promise<void> {
  await db.rows(
    `with kept as (
       update run_step set state = $3, ended_at = $4, failure = $5
        where run_id = $1 and position = $2 and exists (select 1 from run where id = $1 and takeover = $6)
       returning run_id)
     select pg_notify('nexus_event', json_build_object('subject', run.subject, 'run', run.id, 'action', 'step.ended')::text)
       from run join kept on kept.run_id = run.id`,
    [run, position, failure ? 'failed' : 'done', at, failure ? JSON.stringify(failure) : null, takeover],
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
