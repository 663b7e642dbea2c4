import type { Database, Db, Tx } from './db.ts'
import type { Failure } from './errors.ts'

/** How a run ended. `blocked`: it stopped for a person or a missing thing, and said so on its noun. */
export type RunOutcome = 'done' | 'blocked' | 'cancelled' | 'failed'

const notify = (db: Db, subject: string, run: string, action: string) =>
  db.rows(`select pg_notify('nexus_event', $1)`, [JSON.stringify({ subject, run, action })])

/** Counts every beginning of the story, the first one and each takeover. */
export async function beginRun(db: Database, run: string): Promise<number> {
  const row = await db.row<{ takeover: number; subject: string }>(
    'update run set takeover = takeover + 1, ended_at = null, outcome = null, failure = null where id = $1 returning takeover, subject',
    [run],
  )
  if (row) await notify(db, row.subject, run, row.takeover === 1 ? 'run.started' : 'run.taken_over')
  return row?.takeover ?? 1
}

export async function endRun(
  tx: Tx,
  run: string,
  outcome: RunOutcome,
  failure: Failure | undefined,
  at: Date,
): Promise<void> {
  const row = await tx.row<{ subject: string }>(
    'update run set ended_at = $2, outcome = $3, failure = $4, waiting_for = null where id = $1 returning subject',
    [run, at, outcome, failure ? JSON.stringify(failure) : null],
  )
  if (row) await notify(tx, row.subject, run, `run.${outcome}`)
}

export async function stepStarted(db: Db, run: string, position: number, name: string, at: Date): Promise<void> {
  await db.rows(
    `with kept as (
       insert into run_step (run_id, position, name, state, started_at) values ($1, $2, $3, 'running', $4)
       on conflict (run_id, position) do update
          set name = excluded.name, state = 'running', attempts = run_step.attempts + 1, ended_at = null, note = null, failure = null
       returning run_id)
     select pg_notify('nexus_event', json_build_object('subject', run.subject, 'run', run.id, 'action', 'step.started')::text)
       from run where run.id = $1`,
    [run, position, name, at],
  )
}

export async function stepEnded(
  db: Db,
  run: string,
  position: number,
  failure: Failure | undefined,
  at: Date,
): Promise<void> {
  await db.rows(
    `with kept as (
       update run_step set state = $3, ended_at = $4, failure = $5 where run_id = $1 and position = $2 returning run_id)
     select pg_notify('nexus_event', json_build_object('subject', run.subject, 'run', run.id, 'action', 'step.ended')::text)
       from run where run.id = $1`,
    [run, position, failure ? 'failed' : 'done', at, failure ? JSON.stringify(failure) : null],
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

export async function readCancelWish(db: Db, run: string): Promise<boolean> {
  const row = await db.row<{ wanted: boolean }>(
    'select cancel_wanted_at is not null as wanted from run where id = $1',
    [run],
  )
  return row?.wanted ?? false
}
