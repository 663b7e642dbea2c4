import type { AnswerOf, ItemOf } from '@nexus/client'
import { duration, table } from '../io.ts'
import { facts, moment, section } from '../show.ts'

/** A run as the API answers it. */
export type Run = ItemOf<'listRuns'>
export type RunFailure = NonNullable<Run['failure']>
export type RunStep = RunDetail['steps'][number]
export type RunDetail = AnswerOf<'getRun'>

export const secondsOf = (startedAt: string, endedAt: string | undefined, now: Date): number =>
  ((endedAt ? new Date(endedAt) : now).getTime() - new Date(startedAt).getTime()) / 1000

/** 0.4 s, 12.3 s, 3 min 5 s */
export const stepSeconds = (seconds: number): string => (seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds))

export const runsText = (runs: readonly Run[], now: Date): string =>
  table(
    ['run', 'state', 'started', 'took', 'by', 'failed with'],
    runs.map((run) => [
      run.id,
      run.cancelWanted && run.state === 'running' ? 'cancelling' : run.state,
      moment(run.startedAt) ?? '',
      duration(secondsOf(run.resumedAt ?? run.startedAt, run.endedAt, now)),
      run.startedBy,
      run.failure?.code ?? '',
    ]),
  )

export function runText(run: RunDetail, now: Date): string {
  const head = facts([
    ['Run', run.id],
    ['Flow', run.flow],
    ['Subject', run.subject],
    ['State', run.cancelWanted && run.state === 'running' ? 'running, cancel wanted' : run.state],
    ['Started', `${moment(run.startedAt)} by ${run.startedBy}`],
    ['Resumed', moment(run.resumedAt)],
    ['Ended', moment(run.endedAt)],
    ['Took', duration(secondsOf(run.resumedAt ?? run.startedAt, run.endedAt, now))],
    ['Taken over', run.takeovers > 0 ? `${run.takeovers}x, after a restart or a resume` : undefined],
    ['Failed with', run.failure && `${run.failure.message} (${run.failure.code})`],
    ['Hint', run.failure?.hint],
  ])
  const steps = table(
    ['#', 'step', 'state', 'took', 'tries', 'note'],
    run.steps.map((step) => [
      String(step.position),
      step.name,
      step.state,
      stepSeconds(step.seconds ?? secondsOf(step.startedAt, step.endedAt, now)),
      String(step.attempts),
      step.failure ? `${step.failure.message} (${step.failure.code})` : (step.note ?? ''),
    ]),
  )
  const behind = run.steps.flatMap((step) =>
    section(
      `Problems of ${step.position} ${step.name}`,
      (step.failure?.problems ?? []).map(({ path, message }) => `${path}: ${message}`),
    ),
  )
  return run.steps.length > 0 ? [head, '', steps, ...behind].join('\n') : head
}

/** The step a run ended at. */
export const failedStep = (run: RunDetail): RunStep | undefined =>
  run.steps.findLast((step) => step.state === 'failed') ?? run.steps.findLast((step) => step.failure !== undefined)
