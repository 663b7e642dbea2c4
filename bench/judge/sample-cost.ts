import { observe, startTrial, type Trial, verdict } from '../../packages/judge/src/index.ts'
import { planWith } from './rollouts.ts'

export type Cost = {
  /** Microseconds of one core, a sample: observe alone, and observe with a verdict. */
  readonly observe: number
  readonly both: number
  readonly bothInStrata: number
  /** Bytes of JSON. */
  readonly oneStratum: number
  readonly strata: number
}

const sample = { metric: 'errors', stable: { bad: 9, total: 900 }, canary: { bad: 1, total: 100 } }

export function sampleCost(samples: number): Cost {
  const run = (judged: boolean, strata: number) => {
    let trial: Trial = startTrial(planWith())
    const step = (at: number) => {
      trial = observe(trial, {
        id: `look-${at}`,
        ...sample,
        ...(strata > 1 ? { stratum: `tenant-${at % strata}` } : {}),
      })
      if (judged) verdict(trial)
    }
    for (let at = 0; at < samples / 4; at += 1) step(at)
    const before = process.cpuUsage()
    for (let at = 0; at < samples; at += 1) step(at)
    const used = process.cpuUsage(before)
    return { microseconds: (used.user + used.system) / samples, bytes: JSON.stringify(trial).length }
  }
  const alone = run(true, 1)
  const many = run(true, 200)
  return {
    observe: run(false, 1).microseconds,
    both: alone.microseconds,
    bothInStrata: many.microseconds,
    oneStratum: alone.bytes,
    strata: many.bytes,
  }
}
