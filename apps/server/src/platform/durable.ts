import { setTimeout as wait } from 'node:timers/promises'
import { DBOS, type DBOSClient } from '@dbos-inc/dbos-sdk'
import {
  assertStillOwnsWorkflow,
  DBOSStepAlreadyRecordedError,
  migrateDataSourcePG,
  registerDataSource,
  replayRecordedStep,
  runTransaction,
} from '@dbos-inc/dbos-sdk/datasource'
import type { Actor } from './actor.ts'
import { now } from './clock.ts'
import { isDatabaseAway } from './database-away.ts'
import { type Database, joinTransaction, type Tx, transact, untilDatabaseAnswers } from './db.ts'
import { isRetryable, NexusError, toFailure } from './errors.ts'
import { gathered } from './gathered.ts'
import { endOfRun, type RecordedStep, rehearse, rehearsed } from './rehearsal.ts'
import { inStep, running } from './run-context.ts'
import {
  beginRun,
  endRun,
  noteStep,
  type RunOutcome,
  type StepBegins,
  type StepEnds,
  type StepPlace,
  stepsEnded,
  stepsStarted,
} from './run-store.ts'
import { outsideScopes } from './scope.ts'
import { traced, traceParent } from './tracing.ts'

/** How often a step whose failure is `unavailable` is tried, and the first pause in seconds (it doubles). */
const attempts = { none: 1, brief: 4, long: 8 } as const
export type Patience = keyof typeof attempts
const firstPauseSeconds = 1

const source = 'nexus'
export const flowQueue = 'flows'

export type StepEnded = (flow: string, outcome: 'done' | 'failed', seconds: number) => void
let onStepEnded: StepEnded = () => {}

/** Hears of every try of a step that ended on this node. */
export function watchSteps(listener: StepEnded): void {
  onStepEnded = listener
}

let database: Database | undefined
const db = (): Database => {
  if (!database) throw new NexusError('durable.not_started', 'bug', 'A flow was used before the engine was started.')
  return database
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

/** A database that is away is no failure of a run: what was being done is done again when it answers, as after a kill. */
async function besidesOutages<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (thrown) {
      if (!isDatabaseAway(thrown)) throw thrown
      await untilDatabaseAnswers(db())
    }
  }
}

/** Counts a step as under way until it is remembered; `begin` is called before each try. */
async function underWay<T>(work: (begin: () => Promise<void>, rest: () => void) => Promise<T>): Promise<T> {
  const mine = {}
  const begin = async () => {
    if (draining) {
      working.delete(mine)
      await never
    }
    working.add(mine)
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
  if (run && step) await noteStep(db(), run.run, step.position, text)
}

export type Story<Input> = (input: Input) => Promise<RunOutcome>
export type Flow<Input> = { readonly name: string; readonly input?: Input }

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
        db().inTransaction(async (tx) => {
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

/** Killed after its end was remembered, a run was opened again by whoever took it over: it is ended beside the memory, too. */
async function close(
  run: string,
  takeover: number,
  outcome: RunOutcome,
  failure: ReturnType<typeof toFailure> | undefined,
) {
  const end = () => db().inTransaction((tx) => endRun(tx, run, takeover, outcome, failure, now()))
  await transaction(endOfRun, end)
  if (takeover > 1) await besidesOutages(end)
}

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
  return before ? (before.output as T) : underWay(() => runTransaction(work, name, { dsName: source }))
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
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
}

/** After retries the engine throws an error of its own that has no code: the last real one is inside it. */
function lastOf(thrown: unknown): unknown {
  const errors = (thrown as { errors?: unknown } | null)?.errors
  return Array.isArray(errors) && errors.length > 0 ? errors.at(-1) : thrown
}

const started = gathered((steps: readonly StepBegins[]) => outsideScopes(() => stepsStarted(db(), steps)))
const ended = gathered(async (steps: readonly StepEnds[]) => {
  await outsideScopes(() => stepsEnded(db(), steps))
  return steps
})

async function observed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const here = running.getStore()
  if (!here) return work()
  const position = DBOS.stepID ?? 0
  const at: StepPlace = { run: here.run, takeover: here.takeover, position }
  const begunAt = now()
  const begun = await started({ ...at, name, at: begunAt, evenIfCancelled: here.undoing })
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
    await ended({ ...at, name, begunAt, at: now() })
    tell('done')
    return answer
  } catch (thrown) {
    tell('failed')
    await ended({ ...at, name, begunAt, at: now(), failure: toFailure(thrown) }).catch(() => {})
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

export type StartOptions = { readonly id: string; readonly subject: string; readonly actor: Actor }

export type FlowEngine = {
  /** Starts a flow in the caller's transaction; an id that was started before is left as it is. */
  readonly start: <Input extends object>(
    tx: Tx,
    flow: Flow<Input>,
    input: Input,
    options: StartOptions,
  ) => Promise<void>
  /** Runs a finished or failed run again from a step on, under its own id. */
  readonly resume: (run: string, fromPosition: number) => Promise<void>
  /** Lets go of what runs that ended before would need to go on, a portion at a time; answers how many. */
  readonly forget: (before: Date) => Promise<number>
}

export function flowEngine(client: DBOSClient, version: string): FlowEngine {
  return {
    start: async (tx, flow, input, { id, subject, actor }) => {
      const fresh = await tx.row(
        `insert into run (id, flow, subject, started_by, started_at, input, trace_parent)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
        [id, flow.name, subject, actor.onBehalfOf ?? actor.id, now(), JSON.stringify(input), traceParent() ?? null],
        'start-run',
      )
      if (!fresh) {
        if (await tx.row('select 1 as ok from run where id = $1', [id])) return
        throw new NexusError(
          'run.already_active',
          'conflict',
          `Another run of ${flow.name} for ${subject} has not ended.`,
          {
            hint: 'nexusctl run list',
          },
        )
      }
      await client.enqueueInTransaction(
        tx.client,
        { queueName: flowQueue, workflowName: flow.name, workflowID: id, appVersion: version },
        input,
      )
    },
    forget: async (before) => {
      const old = await db().rows<{ id: string }>(
        `select id from run join dbos.workflow_status on workflow_uuid = id
          where ended_at < $1 and status not in ('PENDING', 'ENQUEUED', 'DELAYED') order by ended_at limit 500`,
        [before],
      )
      const ids = old.map((each) => each.id)
      if (ids.length === 0) return 0
      await db().rows('delete from dbos.transaction_completion where workflow_id = any($1)', [ids])
      await client.deleteWorkflows(ids)
      await db().rows(
        `delete from executor where dead_at < $1
          and not exists (select from dbos.workflow_status where executor_id = executor.id and status = 'PENDING')`,
        [before],
      )
      return ids.length
    },
    resume: async (run, fromPosition) => {
      if (!(await client.getWorkflow(run))) {
        throw new NexusError(
          'run.history_gone',
          'conflict',
          `What ${run} would need to go on was not kept that long.`,
          {
            hint: 'nexusctl order retry',
          },
        )
      }
      await DBOS.rewindWorkflow(run, { startStep: fromPosition, queueName: flowQueue })
    },
  }
}

/** The data source behind `change`: our rows and the step's completion in one transaction, only while we own the run. */
export function registerEngineDatabase(own: Database): void {
  const known = database !== undefined
  database = own
  // The engine takes a data source once a process, also where it is started again.
  if (known) return
  const completed = (workflow: string, position: number) =>
    db().row<{ output: string | null; error: string | null }>(
      'select output, error from dbos.transaction_completion where workflow_id = $1 and function_num = $2',
      [workflow, position],
      'completed',
    )
  registerDataSource({
    name: source,
    initialize: () =>
      db().inTransaction(async (tx) => {
        await migrateDataSourcePG(async (statement) => tx.rows(statement), 'dbos')
      }),
    destroy: async () => {},
    deleteCheckpoints: (workflow, from, beforeCommit) =>
      db().inTransaction(async (tx) => {
        await tx.rows('delete from dbos.transaction_completion where workflow_id = $1 and function_num >= $2', [
          workflow,
          from,
        ])
        await beforeCommit?.()
      }),
    invokeTransactionFunction: (_config, target, work, ...values) =>
      besidesOutages(async () => {
        const workflow = DBOS.workflowID ?? ''
        const position = DBOS.stepID ?? 0
        const before = await completed(workflow, position)
        if (before) return replayRecordedStep(before)
        try {
          return await transact(db().pool, async (tx) => {
            const answer = await joinTransaction(tx, () => work.call(target, ...values))
            const kept = await tx.row(
              `insert into dbos.transaction_completion (workflow_id, function_num, output) values ($1, $2, $3)
               on conflict do nothing returning workflow_id`,
              [workflow, position, serialize(answer)],
              'complete',
            )
            if (!kept) throw new DBOSStepAlreadyRecordedError(workflow, position)
            await assertStillOwnsWorkflow(workflow)
            return answer
          })
        } catch (thrown) {
          if (!(thrown instanceof DBOSStepAlreadyRecordedError)) throw thrown
          const other = await completed(workflow, position)
          if (!other) throw thrown
          return replayRecordedStep(other)
        }
      }),
  })
}

/** The engine reads SuperJSON; a plain JSON value below `json` is its simplest document. */
const serialize = (answer: unknown): string => JSON.stringify({ json: answer ?? null })
