import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Count,
  JudgeError,
  type MetricPlan,
  observe,
  type Sample,
  smallestDetectable,
  startTrial,
  type Trial,
  type TrialPlan,
  verdict,
} from './index.ts'

const planOf = (metric: Partial<MetricPlan> = {}, more: Partial<TrialPlan> = {}): TrialPlan => ({
  alpha: 0.01,
  beta: 0.05,
  metrics: [{ name: 'errors', critical: true, smallestHarm: { ratio: 2 }, ...metric }],
  ...more,
})
const bad = (many: number, of: number): Count => ({ bad: many, total: of })
const see = (trial: Trial, ...samples: readonly Omit<Sample, 'metric'>[]): Trial =>
  samples.reduce((now, each) => observe(now, { metric: 'errors', ...each }), trial)
const times = (many: number, sample: Omit<Sample, 'metric'>) => Array.from({ length: many }, () => sample)

const quiet = { stable: bad(9, 900), canary: bad(1, 100) }
const loud = { stable: bad(9, 900), canary: bad(5, 100) }

describe('a verdict', () => {
  test('is undecided without data, and says so', () => {
    const { decision, because } = verdict(startTrial(planOf()))

    expect([decision, because]).toEqual(['undecided', 'errors: no data from the canary yet'])
  })

  test('stops a canary that is worse, and names what decided, the bound and the odds (S4-52)', () => {
    const { decision, metric, because, metrics } = verdict(see(startTrial(planOf()), ...times(4, loud)))

    expect([decision, metric]).toEqual(['stop', 'errors'])
    expect(because).toMatch(
      /^errors 5\.0 % against 1\.0 %: at least 1\.\d+ times as many; a canary as good as stable would look this bad once in [\d,]+ rollouts$/,
    )
    expect(metrics[0]?.ratio.low).toBeGreaterThan(1)
    expect(metrics[0]?.evidence.stop).toBeGreaterThanOrEqual(100)
  })

  test('says go for one that is as good, and how sure that is', () => {
    const { decision, because, metrics } = verdict(see(startTrial(planOf()), ...times(20, quiet)))

    expect(decision).toBe('go')
    expect(because).toContain('would look this good in at most 5.0 % of rollouts')
    expect(metrics[0]?.ratio.high).toBeLessThan(2)
  })

  test('says between how many times, and how many requests are missing, while it does not know', () => {
    const { decision, because, metrics } = verdict(see(startTrial(planOf()), ...times(5, quiet)))

    expect(decision).toBe('undecided')
    expect(because).toMatch(/between .* and .* times as many; about [\d,]+ requests to go/)
    expect(metrics[0]?.needed.go).toBeGreaterThan(100)
    expect(metrics[0]?.needed.stop).toBeNull()
  })

  test('once stop, is always stop, whatever comes after', () => {
    const stopped = see(startTrial(planOf()), ...times(6, loud))

    const later = verdict(see(stopped, ...times(500, quiet)))

    expect(later.decision).toBe('stop')
    expect(later.metrics[0]?.ratio.low).toBeGreaterThanOrEqual(1)
  })

  test('is never go on a metric without data', () => {
    const metrics = ['errors', 'slow'].map((name) => ({ name, critical: true, smallestHarm: { ratio: 2 } }))
    const trial = see(startTrial(planOf({}, { metrics })), ...times(60, quiet))

    expect(verdict(trial)).toMatchObject({ decision: 'undecided', metric: 'slow' })
  })

  test('is not made by an advisory metric, which speaks all the same', () => {
    const metrics = [
      { name: 'errors', critical: true, smallestHarm: { ratio: 2 } },
      { name: 'slow', critical: false, smallestHarm: { ratio: 2 } },
    ]
    const slow = times(20, loud).map((each) => ({ ...each, metric: 'slow' }))
    const trial = slow.reduce(observe, see(startTrial(planOf({}, { metrics })), ...times(20, quiet)))

    const found = verdict(trial)

    expect(found.decision).toBe('go')
    expect(found.metrics.map((each) => each.decision)).toEqual(['go', 'stop'])
  })

  test('waits with go for the floor of requests and of seconds, and never with stop', () => {
    const floor = { requests: 3000, seconds: 1800 }
    const early = see(startTrial(planOf({}, { floor })), ...times(20, quiet))
    const later = see(early, ...times(20, quiet))

    expect(verdict(early, { elapsedSeconds: 60 })).toMatchObject({
      decision: 'undecided',
      waitsFor: ['requests', 'seconds'],
    })
    expect(verdict(later)).toMatchObject({ decision: 'undecided', waitsFor: ['seconds'] })
    expect(verdict(later, { elapsedSeconds: 1800 }).decision).toBe('go')
    expect(verdict(see(startTrial(planOf({}, { floor })), ...times(5, loud)), { elapsedSeconds: 1 }).decision).toBe(
      'stop',
    )
  })

  test('at the ceiling stays undecided and leaves the choice to the caller', () => {
    const plan = planOf({}, { ceiling: { seconds: 600, requests: 250 } })

    expect(verdict(see(startTrial(plan), quiet), { elapsedSeconds: 599 }).atCeiling).toBe(false)
    expect(verdict(see(startTrial(plan), quiet), { elapsedSeconds: 600 })).toMatchObject({
      decision: 'undecided',
      atCeiling: true,
    })
    expect(verdict(see(startTrial(plan), ...times(3, quiet))).because).toContain('so it is yours')
  })

  test('tells a broken stable release from a bad canary', () => {
    const plan = planOf({ objective: 0.01 })
    const bothBroken = see(startTrial(plan), ...times(30, { stable: bad(45, 900), canary: bad(5, 100) }))
    const canaryWorse = see(startTrial(plan), ...times(30, { stable: bad(45, 900), canary: bad(15, 100) }))

    expect(verdict(bothBroken)).toMatchObject({
      decision: 'undecided',
      metrics: [{ decision: 'go', stableArm: 'broken' }],
    })
    expect(verdict(bothBroken).because).toContain('the stable release itself fails its objective (5.0 % against 1.0 %)')
    expect(verdict(canaryWorse).decision).toBe('stop')
    expect(verdict(canaryWorse).because).toContain('fails its own objective as well')
  })
})

describe('what the canary is held against', () => {
  test('is the objective where there is no stable arm (S4-55)', () => {
    const plan = planOf({ objective: 0.01 })

    expect(verdict(see(startTrial(plan), ...times(20, { canary: bad(1, 100) }))).decision).toBe('go')
    const stopped = verdict(see(startTrial(plan), ...times(4, { canary: bad(5, 100) })))
    expect(stopped.decision).toBe('stop')
    expect(stopped.because).toContain('against the objective of 1.0 %')
  })

  test('must be there: neither stable arm nor objective is refused', () => {
    expect(() => see(startTrial(planOf()), { canary: bad(1, 100) })).toThrow(
      expect.objectContaining({ code: 'judge.no_reference' }),
    )
  })

  test('may be exceeded by the tolerated ratio', () => {
    const twice = times(40, { stable: bad(9, 900), canary: bad(2, 100) })

    expect(verdict(see(startTrial(planOf()), ...twice)).decision).toBe('stop')
    const tolerant = planOf({ tolerated: { ratio: 2 }, smallestHarm: { ratio: 4 } })
    expect(verdict(see(startTrial(tolerant), ...twice)).decision).toBe('go')
    expect(
      verdict(see(startTrial(tolerant), ...times(40, { stable: bad(9, 900), canary: bad(7, 100) }))).decision,
    ).toBe('stop')
  })

  test('may be exceeded by the absolute margin, which also lets a service without errors go', () => {
    const margin = planOf({ tolerated: { absolute: 0.01 } })
    const clean = times(20, { stable: bad(0, 900), canary: bad(0, 100) })

    expect(verdict(see(startTrial(planOf()), ...clean)).because).toContain(
      'nothing bad on either side in 2,000 requests',
    )
    expect(verdict(see(startTrial(margin), ...clean)).decision).toBe('go')
    expect(
      verdict(see(startTrial(margin), ...times(20, { stable: bad(1, 900), canary: bad(1, 100) }))).decision,
    ).not.toBe('stop')
    expect(verdict(see(startTrial(margin), ...times(20, { stable: bad(0, 900), canary: bad(6, 100) }))).decision).toBe(
      'stop',
    )
  })

  test('counts what fails together as one', () => {
    const bursts = planOf({ failsTogether: { unit: 'pod', most: 10 } })

    expect(verdict(see(startTrial(planOf()), ...times(3, loud))).decision).toBe('stop')
    expect(verdict(see(startTrial(bursts), ...times(3, loud))).decision).toBe('undecided')
    expect(verdict(see(startTrial(bursts), ...times(40, loud))).decision).toBe('stop')
  })
})

describe('strata', () => {
  const from = (stratum: string, sample: Omit<Sample, 'metric'>) => ({ ...sample, stratum })
  const tenants = (many: number) => Array.from({ length: many }, (_, at) => `tenant-${at}`)

  test('decide together what none of them could alone', () => {
    const small = { stable: bad(1, 45), canary: bad(1, 5) }
    const trial = see(startTrial(planOf()), ...tenants(40).map((name) => from(name, small)))

    expect(verdict(trial)).toMatchObject({ decision: 'stop', metrics: [{ stopped: [] }] })
  })

  test('one that is loud stops for itself only, and is named', () => {
    const calm = tenants(20).map((name) => from(name, quiet))
    const trial = see(startTrial(planOf()), ...calm, ...times(200, from('acme', loud)), ...calm)

    const found = verdict(trial)

    expect(found.decision).not.toBe('stop')
    expect(found.metrics[0]?.stopped.map((each) => each.stratum)).toEqual(['acme'])
    expect(found.because).toContain('stopped for itself: acme')
  })

  test('the first sample of the first one decides for nobody else, however loud', () => {
    const first = see(startTrial(planOf()), from('acme', { stable: bad(0, 900), canary: bad(100, 100) }))

    expect(verdict(first).decision).toBe('undecided')
    expect(verdict(see(first, from('other', quiet))).decision).toBe('undecided')
    expect(verdict(see(first, from('acme', loud))).decision).toBe('stop')
  })

  test('two regions that are both worse stop the trial', () => {
    const trial = see(startTrial(planOf()), ...times(6, loud).flatMap((each) => [from('eu', each), from('us', each)]))

    expect(verdict(trial).decision).toBe('stop')
  })

  test('one that is quiet does not let all others go', () => {
    const one = see(
      startTrial(planOf()),
      from('eu', { stable: bad(0, 9), canary: bad(0, 1) }),
      ...times(200, from('us', quiet)),
    )

    expect(verdict(one).decision).toBe('undecided')
  })
})

describe('a sample', () => {
  test('with an id that was there changes nothing', () => {
    const once = see(startTrial(planOf()), { id: 'a', ...loud })

    expect(see(once, { id: 'a', ...loud })).toBe(once)
    expect(see(once, { id: 'b', ...loud })).not.toBe(once)
  })

  test('is known again among the last eight of its series, however many come', () => {
    const ids = Array.from({ length: 1000 }, (_, at) => ({ id: `sample-${at}`, ...quiet }))
    const trial = see(startTrial(planOf()), ...ids)

    expect(see(trial, ...ids.slice(-8))).toBe(trial)
    expect(trial.metrics[0]?.strata[0]?.seen).toHaveLength(8)
  })

  test('that spans a change of weight is refused', () => {
    const refused = () => see(startTrial(planOf()), { ...quiet, weight: { from: 0.1, to: 0.25 } })

    expect(refused).toThrow(JudgeError)
    expect(refused).toThrow(expect.objectContaining({ code: 'judge.spans_weight_change', kind: 'invalid' }))
  })

  test.each([
    ['more bad than total', { canary: bad(2, 1), stable: bad(0, 1) }],
    ['negative', { canary: bad(0, 1), stable: bad(-1, 1) }],
    ['not a number', { canary: bad(Number.NaN, 1), stable: bad(0, 1) }],
    ['endless', { canary: bad(0, Number.POSITIVE_INFINITY), stable: bad(0, 1) }],
  ])('that is no count (%s) is refused', (_name, sample) => {
    expect(() => see(startTrial(planOf()), sample)).toThrow(expect.objectContaining({ code: 'judge.bad_sample' }))
  })

  test('of a metric that is not planned is refused', () => {
    expect(() => observe(startTrial(planOf()), { metric: 'latency', ...quiet })).toThrow(
      expect.objectContaining({ code: 'judge.unknown_metric', hint: 'It has: errors.' }),
    )
  })
})

describe('a plan', () => {
  test.each([
    ['no chance of an error', { alpha: 0 }, {}],
    ['more error than not', { beta: 0.7 }, {}],
    ['nothing critical', {}, { critical: false }],
    ['harm that is tolerated', {}, { tolerated: { ratio: 3 } }],
    ['an objective of nothing', {}, { objective: 0 }],
    ['a negative margin', {}, { tolerated: { absolute: -1 } }],
    ['a floor that is no number', { floor: { requests: Number.NaN, seconds: 1 } }, {}],
  ])('with %s is refused', (_name, plan, metric) => {
    expect(() => startTrial({ ...planOf(metric), ...plan })).toThrow(
      expect.objectContaining({ code: 'judge.bad_plan' }),
    )
  })

  test('splits alpha over its critical metrics', () => {
    const metrics = ['errors', 'slow', 'jobs'].map((name) => ({ name, critical: true, smallestHarm: { ratio: 2 } }))
    const alone = verdict(see(startTrial(planOf()), quiet)).metrics[0]
    const shared = verdict(see(startTrial(planOf({}, { metrics })), quiet)).metrics[0]

    expect(alone?.ratio.level).toBeCloseTo(0.94, 12)
    expect(shared?.ratio.level).toBeCloseTo(1 - 0.01 / 3 - 0.05, 12)
  })
})

describe('the smallest detectable harm', () => {
  test('is said before the start', () => {
    const [found] = smallestDetectable(planOf(), { requestsPerMinute: 50, steps: [{ share: 0.1, minutes: 30 }] })

    expect(found?.because).toMatch(
      /^errors: at 5 requests\/min to the canary a 30-minute bake can see 1\.0 % -> \d\.\d %, not 1\.0 % -> 2\.0 %$/,
    )
    expect(found).toMatchObject({ reachesGo: false })
  })

  test('shrinks with traffic, and is nothing where nothing comes', () => {
    const at = (requestsPerMinute: number) =>
      smallestDetectable(planOf(), { requestsPerMinute, steps: [{ share: 0.1, minutes: 30 }] })[0]

    expect(at(5000)?.likely).toBeLessThan(at(500)?.likely ?? 0)
    expect(at(5000)?.nearlyAlways).toBeGreaterThan(at(5000)?.likely ?? 0)
    expect(at(5000)?.reachesGo).toBe(true)
    expect(at(0.1)?.likely).toBeNull()
  })
})

const counts = fc
  .record({ total: fc.integer({ min: 0, max: 1e12 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ total, share }): Count => ({ bad: Math.floor(total * share), total }))
const samples = fc.array(fc.record({ stable: counts, canary: counts }), { maxLength: 12 })
const smallCounts = fc
  .tuple(fc.nat(60), fc.nat(60))
  .map(([one, other]): Count => ({ bad: Math.min(one, other), total: Math.max(one, other) }))

const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(numbersIn)
      : []

describe('for any counts', () => {
  const margins = planOf({ tolerated: { ratio: 1.2, absolute: 0.001 }, objective: 0.02 })

  test('a look without a request in either arm says nothing', () => {
    const empty = { bad: 0, total: 0 }
    const trial = see(startTrial(margins), { stable: empty, canary: empty }, { canary: empty })

    expect(verdict(trial).metrics).toEqual(verdict(startTrial(margins)).metrics)
  })

  test('nothing is NaN or endless, from nothing at all to 1e12 requests', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(planOf(), margins), (all, plan) => {
        const trial = see(startTrial(plan), ...all)
        const found = [...numbersIn(trial), ...numbersIn(verdict(trial, { elapsedSeconds: 1 }))]

        expect(found.filter((each) => !Number.isFinite(each))).toEqual([])
      }),
    )
  })

  test('a trial read back from JSON goes on as if it had never left', () => {
    fc.assert(
      fc.property(samples, samples, (before, after) => {
        const kept = see(startTrial(margins), ...before)
        const back = JSON.parse(JSON.stringify(kept)) as Trial

        expect(verdict(see(back, ...after))).toEqual(verdict(see(kept, ...after)))
      }),
    )
  })

  test('one more bad request to the canary is never less evidence for stop, nor more for go', () => {
    fc.assert(
      fc.property(smallCounts, smallCounts, fc.constantFrom(planOf(), margins), (stable, canary, plan) => {
        fc.pre(canary.bad < canary.total)
        const evidence = (sample: Omit<Sample, 'metric'>) => verdict(see(startTrial(plan), sample)).metrics[0]?.evidence
        const less = evidence({ stable, canary })
        const more = evidence({ stable, canary: { ...canary, bad: canary.bad + 1 } })

        expect(more?.stop).toBeGreaterThanOrEqual((less?.stop ?? 0) * (1 - 1e-9))
        expect(more?.go).toBeLessThanOrEqual((less?.go ?? 0) * (1 + 1e-9))
      }),
    )
  })

  test('the interval and the decision say the same', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ stable: smallCounts, canary: smallCounts }), { maxLength: 30 }), (all) => {
        const [found] = verdict(see(startTrial(planOf()), ...all)).metrics

        if (found?.decision === 'stop') expect(found.ratio.low).toBeGreaterThanOrEqual(1)
        if (found?.decision === 'go') expect(found.ratio.high).toBeLessThanOrEqual(2)
        if (found?.decision === 'undecided') expect(found.ratio.low).toBeLessThan(1 + 1e-9)
      }),
    )
  })
})
