import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Count, type MetricPlan, observe, startTrial, verdict } from './index.ts'
import { lookAt } from './likelihood.ts'
import { designsOf } from './metric-design.ts'

const designOf = (metric: Partial<MetricPlan>) => {
  const plan = {
    alpha: 0.05,
    beta: 0.05,
    metrics: [{ name: 'errors', critical: true, smallestHarm: { ratio: 2 }, ...metric }],
  }
  const [design] = designsOf(plan)
  if (!design) throw new Error('A plan has a metric.')
  return { plan, design }
}

/** Chances of 0..n bad ones where request i is bad with the chance rates[i]. */
function chancesOf(rates: readonly number[]): number[] {
  let chances = [1]
  for (const rate of rates) {
    chances = chances.concat(0).map((each, at) => each * (1 - rate) + (chances[at - 1] ?? 0) * rate)
  }
  return chances
}

type Side = 'stop' | 'go'

/** The exact mean, over everything that can happen in one look, of the factors by which the evidence would grow. */
function means(
  metric: Partial<MetricPlan>,
  side: Side,
  stable: readonly number[] | undefined,
  canary: readonly number[],
) {
  const { design } = designOf(metric)
  const sums = new Map<number, number>()
  for (const [canaryBad, canaryChance] of chancesOf(canary).entries()) {
    for (const [stableBad, stableChance] of chancesOf(stable ?? []).entries()) {
      const stableCount = stable && { bad: stableBad, total: stable.length }
      const look = lookAt(design, stableCount, { bad: canaryBad, total: canary.length })
      for (const [guess, log] of look[side].entries()) {
        sums.set(guess, (sums.get(guess) ?? 0) + canaryChance * stableChance * Math.exp(log))
      }
    }
  }
  return [...sums.values()]
}

const rate = fc.double({ min: 0, max: 1, noNaN: true })
const many = fc.integer({ min: 1, max: 9 })
const times = (count: number, each: number) => Array.from({ length: count }, () => each)
const rounding = 1 + 1e-9

describe('the mean of the evidence in a look is at most 1', () => {
  test('for stop, when the canary is no worse, at every rate and share', () => {
    fc.assert(
      fc.property(rate, rate, many, many, (stable, part, stables, canaries) => {
        for (const each of means({}, 'stop', times(stables, stable), times(canaries, stable * part))) {
          expect(each).toBeLessThanOrEqual(rounding)
        }
      }),
    )
  })

  test('for stop, when it is worse by what is tolerated', () => {
    const metric = { tolerated: { ratio: 1.5, absolute: 0.05 }, smallestHarm: { ratio: 3 } }
    fc.assert(
      fc.property(rate, many, many, (stable, stables, canaries) => {
        const canary = Math.min(1, 1.5 * stable + 0.05)
        for (const each of means(metric, 'stop', times(stables, stable), times(canaries, canary))) {
          expect(each).toBeLessThanOrEqual(rounding)
        }
      }),
    )
  })

  test('for go, when it has the smallest harm or more', () => {
    fc.assert(
      fc.property(rate, rate, many, many, fc.constantFrom(0, 0.05), (low, more, stables, canaries, absolute) => {
        const stable = (low * (1 - absolute)) / 2
        const canary = Math.min(1, 2 * stable + absolute + more)
        for (const each of means({ tolerated: { absolute } }, 'go', times(stables, stable), times(canaries, canary))) {
          expect(each).toBeLessThanOrEqual(rounding)
        }
      }),
    )
  })

  test('for both, against an objective', () => {
    fc.assert(
      fc.property(many, fc.double({ min: 0.001, max: 0.4, noNaN: true }), (canaries, objective) => {
        const found = [
          ...means({ objective }, 'stop', undefined, times(canaries, objective)),
          ...means({ objective }, 'go', undefined, times(canaries, 2 * objective)),
        ]

        for (const each of found) expect(each).toBeLessThanOrEqual(rounding)
      }),
    )
  })

  test('when the rate drifts within the look, for both arms alike', () => {
    fc.assert(
      fc.property(fc.array(rate, { minLength: 2, maxLength: 6 }), (drift) => {
        const stable = drift.flatMap((each) => [each, each])

        for (const each of means({}, 'stop', stable, drift)) expect(each).toBeLessThanOrEqual(rounding)
      }),
    )
  })

  test('when requests of one arm fail together, as many as the plan names', () => {
    fc.assert(
      fc.property(rate, many, many, (burst, stables, canaries) => {
        const { design } = designOf({ failsTogether: { unit: 'pod', most: 10 } })
        const bursts = (count: number) => chancesOf(times(count, burst)).entries()
        const sums = design.worse.at.map(() => 0)
        for (const [canaryBursts, canaryChance] of bursts(canaries)) {
          for (const [stableBursts, stableChance] of bursts(stables)) {
            const stable = { bad: 10 * stableBursts, total: 10 * stables }
            const look = lookAt(design, stable, { bad: 10 * canaryBursts, total: 10 * canaries })
            for (const [at, log] of look.stop.entries())
              sums[at] = (sums[at] ?? 0) + canaryChance * stableChance * Math.exp(log)
          }
        }

        for (const each of sums) expect(each).toBeLessThanOrEqual(rounding)
      }),
    )
  })

  test('and more than 1 for harm, or nothing would ever be found', () => {
    expect(Math.max(...means({}, 'stop', times(9, 0.1), times(9, 0.5)))).toBeGreaterThan(1)
    expect(Math.max(...means({}, 'go', times(9, 0.3), times(9, 0.3)))).toBeGreaterThan(1)
  })
})

describe('the grouping of looks', () => {
  const group = fc.record({ canary: fc.integer({ min: 1, max: 400 }), bad: rate, stableBad: rate })

  test('at one share changes nothing: a look says what its parts say together', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 8 }), (groups) => {
        const { plan } = designOf({ tolerated: { absolute: 0.001 } })
        const looks = groups.map(({ canary, bad, stableBad }) => ({
          stable: { bad: Math.floor(9 * canary * stableBad), total: 9 * canary },
          canary: { bad: Math.floor(canary * bad), total: canary },
        }))
        const whole = looks.reduce((one, other) => ({
          stable: sum(one.stable, other.stable),
          canary: sum(one.canary, other.canary),
        }))
        const apart = looks.reduce((trial, look) => observe(trial, { metric: 'errors', ...look }), startTrial(plan))
        const together = observe(startTrial(plan), { metric: 'errors', ...whole })

        const logGo = (trial: typeof apart) => Math.log(verdict(trial).metrics[0]?.evidence.go ?? 0)
        expect(logGo(apart)).toBeCloseTo(logGo(together), 6)
        for (const [at, value] of (together.metrics[0]?.likelihood ?? []).entries()) {
          expect(apart.metrics[0]?.likelihood[at]).toBeCloseTo(value, 6)
        }
      }),
    )
  })
})

const sum = (one: Count, other: Count): Count => ({ bad: one.bad + other.bad, total: one.total + other.total })
