import { isAway } from './api.ts'
import type { Deps } from './deps.ts'
import { toFailed } from './failure.ts'
import { duration, type Io } from './io.ts'
import { type RunDetail, type RunStep, secondsOf, stepSeconds } from './run/run.ts'
import { secondsSince } from './show.ts'

export type WatchedStep = { readonly name: string; readonly seconds: number; readonly status: RunStep['state'] }

export const watchedSteps = (run: RunDetail | undefined, now: Date): readonly WatchedStep[] =>
  (run?.steps ?? []).map((step) => ({
    name: step.name,
    seconds: step.seconds ?? secondsOf(step.startedAt, step.endedAt, now),
    status: step.state,
  }))

/** One line for each step that ended, said once; on a terminal also what runs now. */
export function stepTeller(io: Io, now: () => Date): (run: RunDetail, state: string) => void {
  const said = new Set<string>()
  let takeovers: number | undefined
  return (run, state) => {
    if (takeovers !== undefined && run.takeovers > takeovers)
      io.say('The run was taken up again and goes on where it was.')
    takeovers = run.takeovers
    for (const step of run.steps) {
      const key = `${run.id} ${step.position} ${step.startedAt} ${step.endedAt}`
      if (step.state === 'running' || said.has(key)) continue
      said.add(key)
      io.say(stepLine(step, now()))
    }
    const running = run.steps.findLast((step) => step.state === 'running')
    if (running) io.status(statusLine(running, state, now()))
  }
}

function stepLine(step: RunStep, now: Date): string {
  const took = stepSeconds(step.seconds ?? secondsOf(step.startedAt, step.endedAt, now)).padStart(12)
  const tries = step.attempts > 1 ? ` (${step.attempts} tries)` : ''
  const failed = step.failure ? `: ${step.failure.message}` : ''
  return `${step.state === 'done' ? 'done  ' : 'failed'} ${took}  ${step.name}${tries}${failed}`
}

const statusLine = (step: RunStep, state: string, now: Date): string =>
  [state, step.name, duration(secondsSince(step.startedAt, now)), step.note ?? ''].filter(Boolean).join('  ')

export const silenceSeconds = 600

/** Asks again while the server is away; gives up after ten minutes without an answer. */
export function patiently({ io, now, pause }: Pick<Deps, 'io' | 'now' | 'pause'>, limitSeconds = silenceSeconds) {
  return async <T>(work: () => Promise<T>): Promise<T> => {
    let silentSince: Date | undefined
    for (;;) {
      try {
        const answer = await work()
        if (silentSince)
          io.say(`nexusd answers again after ${duration(secondsSince(silentSince.toISOString(), now()))}.`)
        return answer
      } catch (thrown) {
        if (!isAway(thrown)) throw thrown
        if (silentSince && secondsSince(silentSince.toISOString(), now()) > limitSeconds) throw thrown
        if (!silentSince)
          io.say(`${toFailed(thrown).message} Waiting up to ${duration(limitSeconds)} for it to come back.`)
        silentSince ??= now()
        await pause(1)
      }
    }
  }
}

export type Wakes = { readonly next: (seconds: number) => Promise<void>; readonly stop: () => void }
type Happening = { readonly subject?: string; readonly run?: string }

/** Waits for the next happening that matters, or for the time to look again anyway. */
export function wakes({ api, pause }: Pick<Deps, 'api' | 'pause'>, matters: (happening: Happening) => boolean): Wakes {
  const over = new AbortController()
  let happened = false
  let wake = () => {}
  const listening = api.follow(({ event, data }) => {
    const happening = (data ?? {}) as Happening
    if (event !== 'open' && happening.subject !== '*' && !matters(happening)) return
    happened = true
    wake()
  }, over.signal)
  // Without the stream the time to look again decides: a watch is slower then, and still right.
  listening.catch(() => {})
  return {
    next: async (seconds) => {
      await pause(0.2)
      if (!happened) {
        const early = new AbortController()
        wake = () => early.abort()
        await pause(seconds, early.signal)
      }
      happened = false
    },
    stop: () => over.abort(),
  }
}
