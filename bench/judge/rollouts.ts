import {
  type MetricPlan,
  observe,
  type Sample,
  startTrial,
  type Trial,
  type TrialPlan,
} from '../../packages/judge/src/index.ts'
import type { Chance } from './chance.ts'
import { minuteOf, type Rival } from './rivals.ts'

export const planWith = (metric: Partial<MetricPlan> = {}, alpha = 0.05, beta = 0.05): TrialPlan => ({
  alpha,
  beta,
  metrics: [{ name: 'errors', critical: true, smallestHarm: { ratio: 2 }, ...metric }],
})

/** A share of rollouts, and how far chance may have moved it: one standard error. */
export type Share = { readonly share: number; readonly error: number; readonly of: number }

export const shareOf = (found: number, of: number): Share => {
  const share = found / of
  return { share, error: Math.sqrt(Math.max(share * (1 - share), 1 / of) / of), of }
}

/** Runs so many rollouts and counts those for which something holds. */
export function count(rollouts: number, holds: () => boolean): Share {
  let found = 0
  for (let at = 0; at < rollouts; at += 1) if (holds()) found += 1
  return shareOf(found, rollouts)
}

/** Feeds a whole rollout to the package itself and answers after how many samples it stopped. */
export function stopsAfter(plan: TrialPlan, samples: Iterable<Omit<Sample, 'metric'>>): number | undefined {
  let trial: Trial = startTrial(plan)
  let seen = 0
  for (const sample of samples) {
    trial = observe(trial, { metric: 'errors', ...sample })
    seen += 1
    if (trial.stopped !== undefined) return seen
  }
  return undefined
}

export type Race = {
  readonly name: string
  readonly falseStops: Share
  readonly found: Share
  readonly minutes: number | null
}

type Course = {
  readonly requests: number
  readonly share: number
  readonly good: number
  readonly bad: number
  readonly minutes: number
}

export const judgeAsRival = (plan: TrialPlan): Rival => ({
  name: 'the judge',
  start: () => {
    let trial = startTrial(plan)
    return ({ stableBad, stable, canaryBad, canary }) => {
      trial = observe(trial, {
        metric: 'errors',
        stable: { bad: stableBad, total: stable },
        canary: { bad: canaryBad, total: canary },
      })
      return trial.stopped !== undefined
    }
  },
})

/** Every rival on the same streams: how often it stops a canary that is as good, and how soon one that is not. */
export function race(rivals: readonly Rival[], course: Course, rollouts: number, chance: Chance): Race[] {
  const tally = rivals.map(() => ({ falseStops: 0, found: 0, minutes: 0 }))
  for (let rollout = 0; rollout < rollouts; rollout += 1) {
    for (const harmful of [false, true]) {
      const running = rivals.map((each) => each.start())
      const ended = rivals.map(() => 0)
      for (let minute = 1; minute <= course.minutes && ended.includes(0); minute += 1) {
        const seen = minuteOf(chance, course.requests, course.share, course.good, harmful ? course.bad : course.good)
        for (const [at, step] of running.entries()) if (ended[at] === 0 && step(seen)) ended[at] = minute
      }
      for (const [at, minute] of ended.entries()) {
        const mine = tally[at]
        if (!mine || minute === 0) continue
        if (harmful) {
          mine.found += 1
          mine.minutes += minute
        } else mine.falseStops += 1
      }
    }
  }
  return rivals.map(({ name }, at) => {
    const { falseStops = 0, found = 0, minutes = 0 } = tally[at] ?? {}
    return {
      name,
      falseStops: shareOf(falseStops, rollouts),
      found: shareOf(found, rollouts),
      minutes: found > 0 ? minutes / found : null,
    }
  })
}
