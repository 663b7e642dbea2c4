import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { kindOf } from '../failure.ts'
import { duration } from '../io.ts'
import { failedStep, type RunDetail } from '../run/run.ts'
import { secondsSince, wholeNumber } from '../show.ts'
import { patiently, stepTeller, type WatchedStep, wakes, watchedSteps } from '../watching.ts'
import { blockedLines, type OrderDetail, ticketArgument } from './order.ts'

export type WatchOptions = {
  readonly ticket: string
  /** The states to wait for; `Live` when left out. */
  readonly until?: string | readonly string[]
  readonly timeoutSeconds?: number
}

export type WatchedOrder = {
  readonly state: string
  readonly steps: readonly WatchedStep[]
  readonly timedOut: boolean
  readonly order: OrderDetail
  readonly run?: RunDetail
}

export const watchCommand = (deps: Deps) =>
  withExamples(
    new Command('watch')
      .argument(...ticketArgument)
      .description('Follow an order step by step until it is Live (0), or Blocked or cancelled (1)')
      .option('--timeout <seconds>', 'give up after so long', wholeNumber(604_800))
      .action((ticket: string, { timeout }: { timeout?: number }) =>
        watch(deps, { ticket, ...(timeout === undefined ? {} : { timeoutSeconds: timeout }) }),
      ),
    'nexusctl order watch NX-1042',
    'nexusctl order watch NX-1042 --timeout 900 -o json',
  )

export async function watch(deps: Deps, options: WatchOptions): Promise<void> {
  const watched = await watchOrder(deps, options)
  deps.verdict(watched.state === 'Live' ? 0 : 1)
  deps.io.answer(watched, () => endOfWatch(watched))
}

/** The states in which nothing moves before a person does something. */
const standstill = ['Draft', 'Blocked', 'Incident', 'Cancelled', 'Live']
/** An order tells its state a moment before its run has ended: the last steps are waited for so long. */
const graceSeconds = 5

/**
 * Says each step as it ends, until the order has one of the states of `until` or stands still. A server that is
 * started again meanwhile is waited for.
 */
export async function watchOrder(
  deps: Deps,
  { ticket, until = 'Live', timeoutSeconds = Number.POSITIVE_INFINITY }: WatchOptions,
): Promise<WatchedOrder> {
  const began = deps.now().toISOString()
  const tell = stepTeller(deps.io, deps.now)
  const look = lookAt(deps, ticket)
  let seen = await look()
  const woken = wakes(
    deps,
    ({ subject, run }) => run === seen.order.runId || [seen.order.id, ticket].includes(subject ?? ''),
  )
  let state: string | undefined
  let endedAt: string | undefined
  try {
    for (;;) {
      const { order, run } = seen
      if (run) tell(run, order.state)
      else deps.io.status(order.state)
      if (order.state !== state) deps.io.say(`${order.ticket} is ${order.state}.`)
      state = order.state
      const ended = isOneOf(until, state) || (order.cancelWantedAt ? state === 'Cancelled' : standstill.includes(state))
      endedAt = ended ? (endedAt ?? deps.now().toISOString()) : undefined
      const whole =
        endedAt !== undefined && (run?.state !== 'running' || secondsSince(endedAt, deps.now()) >= graceSeconds)
      const timedOut = !whole && secondsSince(began, deps.now()) >= timeoutSeconds
      if (whole || timedOut) {
        return { state, steps: watchedSteps(run, deps.now()), timedOut, order, ...(run ? { run } : {}) }
      }
      await woken.next(deps.io.terminal || ended ? 1 : 2)
      seen = await look()
    }
  } finally {
    woken.stop()
  }
}

const isOneOf = (wanted: string | readonly string[], state: string): boolean =>
  typeof wanted === 'string' ? wanted === state : wanted.includes(state)

type Seen = { readonly order: OrderDetail; readonly run: RunDetail | undefined }

function lookAt(deps: Deps, ticket: string): () => Promise<Seen> {
  const asking = patiently(deps)
  const timeoutSeconds = 15
  return async () => {
    const order = await asking(() => deps.api.call('getOrder', { params: { number: ticket }, timeoutSeconds }))
    const { runId } = order
    if (runId === undefined) return { order, run: undefined }
    const run = await asking(() => deps.api.call('getRun', { params: { runId }, timeoutSeconds })).catch(
      (thrown: unknown) => {
        if (kindOf(thrown) === 'missing') return undefined
        throw thrown
      },
    )
    return { order, run }
  }
}

function endOfWatch({ state, order, run, steps, timedOut }: WatchedOrder): string {
  const took = duration(steps.reduce((sum, step) => sum + step.seconds, 0))
  if (timedOut)
    return `${order.ticket} is ${state}; the time to watch it is over.\nGo on: nexusctl order watch ${order.ticket}`
  if (state === 'Live')
    return `${order.ticket} is Live after ${steps.length} steps in ${took}.\nSee it: nexusctl order show ${order.ticket}`
  const step = run && failedStep(run)
  const failure = step?.failure ?? run?.failure
  return [
    `${order.ticket} is ${state}.`,
    ...(step ? [`What failed: ${step.name}${failure ? `: ${failure.message} (${failure.code})` : ''}`] : []),
    ...(failure?.hint ? [`hint: ${failure.hint}`] : []),
    ...(order.blocked ? blockedLines(order.blocked) : [`See it: nexusctl order show ${order.ticket}`]),
    ...(run && step ? [`Its steps: nexusctl run show ${run.id}`] : []),
  ].join('\n')
}
