import { describe, expect, test } from 'vitest'
import { observe, smallestDetectable, startTrial, verdict } from '../../packages/judge/src/index.ts'
import { binomial, chanceOf } from './chance.ts'
import { errorRates } from './error-rates.ts'
import { drifting, hardCases, tenants } from './hard-cases.ts'
import { judgeSection } from './judge-section.ts'
import { measure } from './measure.ts'
import { highRates, requestsUntilGo, requestsUntilStop } from './requests-until.ts'
import { mannWhitney, minuteOf, repeatedZ, sprt } from './rivals.ts'
import { count, judgeAsRival, planWith, race, type Share, stopsAfter } from './rollouts.ts'
import { smallLooks } from './small-looks.ts'

const seed = 20261121
/** A simulated share may exceed what is allowed by chance: three standard errors of the allowed share. */
const allowed = (share: number, { of }: Share): number => share + 3 * Math.sqrt((share * (1 - share)) / of)

describe('the promise, simulated small and seeded', { timeout: 60_000 }, () => {
  test('false stops and false goes stay within alpha and beta at every rate and share', () => {
    for (const each of errorRates(250, chanceOf(seed))) {
      expect(each.falseStops.share, `${each.rate} ${each.shares}`).toBeLessThanOrEqual(allowed(0.05, each.falseStops))
      expect(each.falseGoes.share, `${each.rate} ${each.shares}`).toBeLessThanOrEqual(allowed(0.05, each.falseGoes))
    }
  })

  test('false stops stay within alpha while the base rate wanders and the share changes', () => {
    const chance = chanceOf(seed)
    const found = count(200, () => stopsAfter(planWith(), drifting(chance)) !== undefined)

    expect(found.share).toBeLessThanOrEqual(allowed(0.05, found))
  })

  test('the interval holds the true ratio at all looks at once', () => {
    const chance = chanceOf(seed)
    const plan = planWith({}, 0.1, 0.1)
    const missed = count(150, () => {
      let trial = startTrial(plan)
      for (let look = 0; look < 60; look += 1) {
        const { stableBad, stable, canaryBad, canary } = minuteOf(chance, 500, 0.3, 0.02, 0.03)
        const arms = { stable: { bad: stableBad, total: stable }, canary: { bad: canaryBad, total: canary } }
        trial = observe(trial, { metric: 'errors', ...arms })
        const { low = 0, high = 0 } = verdict(trial).metrics[0]?.ratio ?? {}
        if (low > 1.5 || (high ?? 1.5) < 1.5) return true
      }
      return false
    })

    expect(missed.share).toBeLessThanOrEqual(allowed(0.2, missed))
  })

  test('a weight change within a sample and unnamed bursts break it, and what the plan says mends it', () => {
    for (const { name, mixed, apart } of hardCases(60, chanceOf(seed))) {
      expect(mixed.share, name).toBeGreaterThan(0.2)
      expect(apart.share, name).toBeLessThanOrEqual(allowed(0.05, apart))
    }
  })
})

describe('the harness', { timeout: 60_000 }, () => {
  test('as a control, shows the repeated z-test above 20 %, and the judge within alpha on the same streams', () => {
    const course = { requests: 1000, share: 0.1, good: 0.01, bad: 0.05, minutes: 100 }
    const [judge, z] = race([judgeAsRival(planWith()), repeatedZ], course, 200, chanceOf(seed))

    expect(z?.falseStops.share).toBeGreaterThan(0.2)
    expect(judge?.falseStops.share).toBeLessThanOrEqual(
      allowed(0.05, judge?.falseStops ?? { share: 1, error: 0, of: 1 }),
    )
    expect(judge?.found.share).toBe(1)
  })

  test('judges its streams as the package does, look by look', () => {
    const plan = planWith()
    const chance = chanceOf(seed)
    const quick = smallLooks(plan, [{ looks: 1e6, share: 0.5, stable: 0.05, canary: 0.15 }])
    const whole = function* () {
      for (;;) {
        const canary = binomial(10, 0.5, chance)
        yield {
          stable: { bad: binomial(10 - canary, 0.05, chance), total: 10 - canary },
          canary: { bad: binomial(canary, 0.15, chance), total: canary },
        }
      }
    }
    const requests = (each: () => number) => {
      const found = Array.from({ length: 400 }, each)
      const mean = found.reduce((sum, one) => sum + one, 0) / found.length
      const spread = Math.sqrt(found.reduce((sum, one) => sum + (one - mean) ** 2, 0) / found.length)
      return { mean, error: spread / Math.sqrt(found.length) }
    }

    const one = requests(() => quick(chance, 'stop').stop?.requests ?? 0)
    const other = requests(() => 10 * (stopsAfter(plan, whole()) ?? 0))

    expect(Math.abs(one.mean - other.mean)).toBeLessThan(4 * Math.hypot(one.error, other.error))
  })

  test('ranks as Mann and Whitney do, ties included', () => {
    expect(mannWhitney([1, 2, 3], [1, 2, 3])).toBeLessThanOrEqual(0)
    expect(mannWhitney([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBeCloseTo(2.507, 3)
    expect(mannWhitney([1, 1], [1, 1])).toBe(0)
  })

  test("lets Wald's test err as rarely as it says", () => {
    const chance = chanceOf(seed)
    const found = count(300, () => {
      const step = sprt(0.01, 0.02, 0.05, 0.05).start()
      for (let minute = 0; minute < 100; minute += 1) if (step(minuteOf(chance, 1000, 0.1, 0.01, 0.01))) return true
      return false
    })

    expect(found.share).toBeLessThanOrEqual(allowed(0.05, found))
  })
})

describe('the section of the page', { timeout: 60_000 }, () => {
  test('has a number in every cell, from the same run that the command makes', () => {
    const section = judgeSection(measure({ pairs: 20, seed: 5, date: '2026-11-21', say: () => {} }))

    expect(section).toMatch(/^## Verdicts of the judge\n/)
    expect(section).not.toMatch(/NaN|undefined|Infinity/)
    expect(section.match(/^\| 40 % /gm)).toHaveLength(5)
  })
})

describe('how soon', { timeout: 60_000 }, () => {
  test('harm is found: near the bound of a test that knows both rates', () => {
    const [twice] = requestsUntilStop(300, chanceOf(seed), 0.05)

    expect(twice?.longRun).toBeLessThan(1.65)
    expect(twice?.equalArms).toBeLessThan(4)
    expect(twice?.sprt).toBeLessThan(1.3)
  })

  test('equal arms get their go, and high rates theirs', () => {
    const [, percent] = requestsUntilGo(200, chanceOf(seed))
    const [tenth] = highRates(200, chanceOf(seed))

    expect(percent?.longRun).toBeLessThan(2)
    expect(tenth?.tenth).toBeLessThan(3)
  })

  test('two hundred small tenants decide together', () => {
    const found = tenants(2, chanceOf(seed), 60)

    expect(found.pooledMinutes).toBeLessThan(60)
    expect(found.bestAloneMinutes ?? 20_000).toBeGreaterThan(3 * found.pooledMinutes)
  })

  test('is what was said before the start', () => {
    const plan = planWith()
    const [said] = smallestDetectable(plan, { requestsPerMinute: 1000, steps: [{ share: 0.1, minutes: 30 }] })
    const chance = chanceOf(seed)
    const stopped = (ratio: number) =>
      count(200, () => {
        const run = function* () {
          for (let minute = 0; minute < 30; minute += 1) {
            const { stableBad, stable, canaryBad, canary } = minuteOf(chance, 1000, 0.1, 0.01, 0.01 * ratio)
            yield { stable: { bad: stableBad, total: stable }, canary: { bad: canaryBad, total: canary } }
          }
        }
        return stopsAfter(plan, run()) !== undefined
      }).share

    expect(stopped(said?.likely ?? 0)).toBeGreaterThan(0.45)
    expect(stopped(said?.likely ?? 0)).toBeLessThan(0.85)
    expect(stopped(said?.nearlyAlways ?? 0)).toBeGreaterThan(0.9)
  })
})
