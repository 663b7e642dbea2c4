import { checkPlan, type MetricPlan, type TrialPlan } from './trial-plan.ts'

/** Weighted guesses of how many times worse (or better) the canary is. */
export type Mixture = {
  readonly ratio: readonly number[]
  /** Where on the grid they lie. */
  readonly at: readonly number[]
  readonly logWeight: readonly number[]
}

/** What follows from the plan of a metric, computed once a plan. */
export type MetricDesign = {
  readonly plan: MetricPlan
  readonly alpha: number
  readonly beta: number
  readonly tolerated: number
  readonly absolute: number
  readonly harm: number
  /** One over how many fail together. */
  readonly unit: number
  /** Ratios, ascending, on which the likelihood is kept. */
  readonly ratio: readonly number[]
  readonly logRatio: readonly number[]
  readonly toleratedAt: number
  readonly harmAt: number
  /** Guesses of harm, against "no worse than tolerated". */
  readonly worse: Mixture
  /** Guesses of no harm, against "the smallest harm". */
  readonly fine: Mixture
}

/** Multiples of the smallest harm, and how much is put on each. Tuned in bench/judge, fixed here: any choice is valid. */
const worseGuesses: readonly (readonly [number, number])[] = [
  [1, 0.5],
  [2, 0.25],
  [4.5, 0.15],
  [14, 0.1],
]

const fineGuesses = (tolerated: number, harm: number): readonly (readonly [number, number])[] =>
  tolerated > 1
    ? [
        [tolerated, 0.3],
        [1, 0.4],
        [0.5, 0.2],
        [0.125, 0.1],
      ]
    : [
        [harm ** 0.35, 0.15],
        [1, 0.6],
        [0.5, 0.15],
        [0.125, 0.1],
      ]

/** Fine where ratios matter to people, coarse beyond; interpolation in between only ever widens an interval. */
const commonGrid: readonly number[] = [
  ...[1 / 64, 1 / 32, 1 / 16, 1 / 8],
  ...Array.from({ length: 22 }, (_, at) => 0.2 * 1.2 ** at),
  ...[12, 16, 24, 40, 80, 160, 320, 1000, 3000],
]

const designs = new WeakMap<TrialPlan, readonly MetricDesign[]>()

/** The same plan always gives the same designs; they are remembered beside it, never in the trial's value. */
export function designsOf(plan: TrialPlan): readonly MetricDesign[] {
  const known = designs.get(plan)
  if (known) return known
  checkPlan(plan)
  const critical = plan.metrics.filter((each) => each.critical).length
  const made = plan.metrics.map((metric) =>
    designOf(metric, metric.critical ? plan.alpha / critical : plan.alpha, plan.beta),
  )
  designs.set(plan, made)
  return made
}

function designOf(plan: MetricPlan, alpha: number, beta: number): MetricDesign {
  const { ratio: tolerated = 1, absolute = 0 } = plan.tolerated ?? {}
  const harm = plan.smallestHarm.ratio
  const worse = worseGuesses.map(([times, weight]) => [harm * times, weight] as const)
  const fine = fineGuesses(tolerated, harm)
  const ratio = [
    ...new Set([...commonGrid, tolerated, harm, ...worse.map(([each]) => each), ...fine.map(([each]) => each)]),
  ].sort((one, other) => one - other)
  const mixture = (guesses: readonly (readonly [number, number])[]): Mixture => ({
    ratio: guesses.map(([each]) => each),
    at: guesses.map(([each]) => ratio.indexOf(each)),
    logWeight: guesses.map(([, weight]) => Math.log(weight)),
  })
  return {
    plan,
    alpha,
    beta,
    tolerated,
    absolute,
    harm,
    unit: 1 / (plan.failsTogether?.most ?? 1),
    ratio,
    logRatio: ratio.map(Math.log),
    toleratedAt: ratio.indexOf(tolerated),
    harmAt: ratio.indexOf(harm),
    worse: mixture(worse),
    fine: mixture(fine),
  }
}
