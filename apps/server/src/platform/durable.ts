import { setTimeout as wait } from 'node:timers/promises'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { assertStillOwnsWorkflow, runTransaction } from '@dbos-inc/dbos-sdk/datasource'
import { now } from './clock.ts'
import { besidesOutages, dataSource, engineDatabase } from './engine-database.ts'
import { isRetryable, NexusError, toFailure } from './errors.ts'
import type { Flow } from './flow-engine.ts'
import { gathered } from './gathered.ts'
import { type Happening, notify } from './happening.ts'
import { type RecordedStep, rehearse, rehearsed } from './rehearsal.ts'
import { inStep, running } from './run-context.ts'
import { beginRun, endRun, noteStep, type RunOutcome, type Step, type StepNews, tellSteps } from './run-store.ts'
import { outsideScopes } from './scope.ts'
import { traced } from './tracing.ts'

/** How often a step whose failure is `unavailable` is tried, and the first pause in seconds (it doubles). */
const attempts = { none: 1, brief: 4, long: 8 } as const
export type Patience = keyof typeof attempts
const firstPauseSeconds = 1

export type StepEnded = (flow: string, outcome: 'done' | 'failed', seconds: number) => void
let onStepEnded: StepEnded = () => {}

/** Hears of every try of a step that ended on this node. */
export function watchSteps(listener: StepEnded): void {
  onStepEnded = listener
}

/** Steps under way in this process; one that waits to be tried again is none. */
const working = new Set<object>()
let draining = false

const never = new Promise<never>(() => {})

/**
 * While the node drains no step begins: its run waits here, unfinished, until the process ends and another node (or the
 * next start) takes it over with every finished step remembered.
 */
export async function drainSteps(seconds: number): Promise<'drained' | 'late'> {
  draining = true
  const limit = Date.now() + seconds * 1000
  while (working.size > 0 && Date.now() < limit) await wait(20)
  return working.size === 0 ? 'drained' : 'late'
}

export const admitSteps = (): void => {
  draining = false
}

/** Counts a step as under way until it is remembered; `begin` is called before each try. */
async function underWay<T>(work: (begin: () => Promise<void>, rest: () => void) => Promise<T>): Promise<T> {
  const mine = {}
  const begin = async () => {
    working.add(mine)
    if (draining) {
      await tellEnded().catch(() => {})
      working.delete(mine)
      await never
    }
  }
  await begin()
  try {
    return await work(begin, () => working.delete(mine))
  } finally {
    working.delete(mine)
  }
}

/** The run that sends a program to a host, with its takeover number: an older takeover is refused there. */
export function currentFence(): { run: string; takeover: number } | undefined {
  const here = running.getStore()
  return here && { run: here.run, takeover: here.takeover }
}

/** The step at hand, for who has to say on whose behalf something is asked. */
export function currentStep(): { readonly run: string; readonly step: string } | undefined {
  const run = running.getStore()
  const step = inStep.getStore()
  return run && step && { run: run.run, step: step.name }
}

/** What the step at hand is doing now, in one line, for whoever watches. Never part of the story. */
export async function progress(text: string): Promise<void> {
  const run = running.getStore()
  const step = inStep.getStore()
  if (run && step) await noteStep(engineDatabase(), run.run, step.position, text)
}

export type Story<Input> = (input: Input) => Promise<RunOutcome>
/**
 * Registers a durable story. It runs under the id it was started with; killed at any line it goes on where it was.
 * What it answers is the outcome of its run.
 */
export function defineFlow<Input extends object>(name: string, story: Story<Input>): Flow<Input> {
  stories.set(name, (input) => story(input as Input))
  DBOS.registerWorkflow(
    async (input: Input): Promise<RunOutcome> => {
      const run = DBOS.workflowID ?? ''
      const { takeover, parent } = await besidesOutages(() =>
        engineDatabase().inTransaction(async (tx) => {
          const begun = await beginRun(tx, run)
          // Whoever was overtaken before it began must not overtake the other in turn.
          await assertStillOwnsWorkflow(run)
          return begun
        }),
      )
      const tell = () =>
        running.run({ run, flow: name, takeover, undoing: false }, async () => {
          try {
            const outcome = await story(input)
            await close(run, takeover, outcome, undefined)
            return outcome
          } catch (thrown) {
            const failure = toFailure(thrown)
            await close(run, takeover, failure.code === 'run.cancelled' ? 'cancelled' : 'failed', failure)
            throw thrown
          }
        })
      return traced(`run ${name}`, { 'nexus.run': run, 'nexus.takeover': takeover }, tell, parent)
    },
    { name, maxRecoveryAttempts: 100 },
  )
  return { name }
}

/** Every story this version tells, for who asks whether it still tells it as a run was begun. */
const stories = new Map<string, (input: unknown) => Promise<RunOutcome>>()

/** Where this version would go another way than a run of this flow did; empty where it would go on. */
export async function wouldDiverge(flow: string, input: unknown, recorded: readonly RecordedStep[]): Promise<string> {
  const story = stories.get(flow)
  return story ? rehearse(() => story(input), recorded) : `there is no flow ${flow} in this version`
}

/** Not remembered as a step: told again after a kill, it ends what whoever took the run over opened again. */
const close = (run: string, takeover: number, outcome: RunOutcome, failure: ReturnType<typeof toFailure> | undefined) =>
  besidesOutages(async () => {
    await tellEnded()
    await engineDatabase().inTransaction((tx) => endRun(tx, run, takeover, outcome, failure, now()))
  })

/**
 * Does one thing in the world and remembers its answer across restarts. The name is stored with the answer and shown
 * in the console, so it reads as a sentence and does not change lightly.
 *
 * A crash between the work and the remembering runs the work again: it must be safe twice.
 */
export async function step<T>(name: string, work: () => Promise<T>, patience: Patience = 'none'): Promise<T> {
  const tried = async (begin: () => Promise<void>, rest: () => void) => {
    await begin()
    try {
      return await besidesOutages(() => observed(name, work))
    } catch (thrown) {
      if (attempts[patience] > 1 && isRetryable(thrown)) rest()
      throw thrown
    }
  }
  try {
    const before = rehearsed(name)
    if (before) return before.output as T
    return await underWay((begin, rest) =>
      DBOS.runStep(() => tried(begin, rest), {
        name,
        shouldRetry: isRetryable,
        retriesAllowed: attempts[patience] > 1,
        maxAttempts: attempts[patience],
        intervalSeconds: firstPauseSeconds,
        backoffRate: 2,
      }),
    )
  } catch (thrown) {
    throw lastOf(thrown)
  }
}

/** Changes our own rows, exactly once: the rows and the memory of the step commit together. */
export const change = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  transaction(name, () => observed(name, work))

async function transaction<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = rehearsed(name)
  return before ? (before.output as T) : underWay(() => runTransaction(work, name, { dsName: dataSource }))
}

const pausing = 'pause'

/**
 * Sleeps in the story, at most a minute at a time (a longer wait is a promise, see promises.ts). Taken over, it waits for
 * what is left; whatever the clock of the machine does meanwhile, no longer than it was asked to.
 */
export async function pause(seconds: number): Promise<void> {
  if (rehearsed(pausing)) return
  const wanted = Math.min(seconds, 60) * 1000
  const until = await DBOS.runStep(async () => Date.now() + wanted, { name: pausing })
  const left = Math.min(wanted, until - Date.now())
  if (left <= 0) return
  await besidesOutages(tellEnded)
  await wait(left)
}

/** After retries the engine throws an error of its own that has no code: the last real one is inside it. */
function lastOf(thrown: unknown): unknown {
  const errors = (thrown as { errors?: unknown } | null)?.errors
  return Array.isArray(errors) && errors.length > 0 ? errors.at(-1) : thrown
}

const told = gathered((news: readonly StepNews[]) =>
  outsideScopes(async () => {
    const { begun, happened } = await tellSteps(engineDatabase(), news)
    for (const each of happened) void tellWatchers(each)
    return begun
  }),
)

/**
 * No step waits until whoever watches hears of it, and they hear of many at once. What cannot be told is not told: after a
 * node died they hear of the takeover of its runs, after Postgres was away that something was missed.
 */
const tellWatchers = gathered(async (happened: readonly Happening[]) => {
  await outsideScopes(() => notify(engineDatabase(), happened)).catch(() => {})
  await wait(betweenNoticesMs)
  return happened.map(() => undefined)
}, 1000)
const betweenNoticesMs = 50

/** Where the next step does not begin at once. */
async function tellEnded(): Promise<void> {
  const here = running.getStore()
  if (!here?.ended) return
  await told({ ended: here.ended })
  here.ended = undefined
}

async function observed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const here = running.getStore()
  if (!here) return work()
  const position = DBOS.stepID ?? 0
  const mine: Step = { run: here.run, takeover: here.takeover, position, name, begunAt: now() }
  // Rows that could not be committed are written again: then it is this step that had ended.
  const ended = here.ended?.position === position ? undefined : here.ended
  const begun = await told({ ended, begins: { ...mine, evenIfCancelled: here.undoing } })
  // Whoever was stopped and comes back finds that the run went on without it, and touches nothing more.
  if (begun.takeover !== here.takeover) throw takenOver(here.run)
  if (!here.undoing && begun.cancelWanted) {
    throw new NexusError('run.cancelled', 'conflict', 'The run was cancelled before this step.')
  }
  const startedAt = performance.now()
  const tell = (outcome: 'done' | 'failed') => onStepEnded(here.flow, outcome, (performance.now() - startedAt) / 1000)
  try {
    const facts = { 'nexus.run': here.run, 'nexus.position': position }
    const answer = await traced(`step: ${name}`, facts, () => inStep.run({ position, name }, work))
    here.ended = { ...mine, endedAt: now() }
    tell('done')
    return answer
  } catch (thrown) {
    tell('failed')
    await told({ ended: { ...mine, endedAt: now(), failure: toFailure(thrown) } }).catch(() => {})
    throw thrown
  }
}

const takenOver = (run: string) =>
  new NexusError('run.taken_over', 'conflict', `Another node goes on with ${run}; this one leaves it.`)

/** `work` hears what the undos before it could not do. */
export type Undo = { readonly name: string; readonly work: (failed: readonly string[]) => Promise<unknown> }

/**
 * Runs a story that announces each undo before the act. When it was cancelled, the announced undos run backwards; one
 * that fails is kept and the others still run. Any other failure leaves everything where it is: a person decides.
 */
export async function withUndo<T>(story: (announce: (undo: Undo) => void) => Promise<T>): Promise<T> {
  const announced: Undo[] = []
  try {
    return await story((undo) => announced.push(undo))
  } catch (thrown) {
    if (toFailure(thrown).code === 'run.cancelled') await runUndos(announced)
    throw thrown
  }
}

/** Runs undos backwards; answers the failures of those that could not be done. */
export async function runUndos(undos: readonly Undo[]): Promise<readonly string[]> {
  const here = running.getStore()
  if (here) here.undoing = true
  const failed: string[] = []
  for (const undo of [...undos].reverse()) {
    try {
      await step(undo.name, async () => void (await undo.work([...failed])), 'brief')
    } catch (thrown) {
      failed.push(`${undo.name}: ${toFailure(thrown).message}`)
    }
  }
  return failed
}
