import { JudgeError } from './judge-error.ts'
import { type Look, lookAt, mixed } from './likelihood.ts'
import { designsOf, type MetricDesign, type Mixture } from './metric-design.ts'
import { type MetricState, none, type Stratum, type Trial } from './trial.ts'
import type { Count } from './trial-plan.ts'

export type Sample = {
  /** A sample whose id was among the last eight of its metric and stratum changes nothing. */
  readonly id?: string
  readonly metric: string
  /** The instance or region it comes from. */
  readonly stratum?: string
  /** Left out where there is no stable arm: then the canary is held against the metric's objective. */
  readonly stable?: Count
  readonly canary: Count
  /** The canary's share of the traffic when the sample began and when it ended: they must be the same. */
  readonly weight?: { readonly from: number; readonly to: number }
}

export const idsKept = 8

/** The trial after one more look. A trial that has stopped goes on counting, and stays stopped. */
export function observe(trial: Trial, sample: Sample): Trial {
  const at = trial.plan.metrics.findIndex((each) => each.name === sample.metric)
  const design = designsOf(trial.plan)[at]
  const state = trial.metrics[at]
  if (!design || !state) throw unknownMetric(sample.metric, trial)
  checkSample(sample, design)
  const name = sample.stratum ?? ''
  const index = state.strata.findIndex((each) => each.name === name)
  const before = state.strata[index] ?? newStratum(name, design)
  const mark = sample.id === undefined ? undefined : markOf(sample.id)
  if (before.stopped || (mark !== undefined && before.seen.includes(mark))) return trial

  const { stable, canary } = sample
  const look = lookAt(design, stable, canary)
  const order = index < 0 ? state.strata.length : index
  const after = judgedAlone(order, Math.max(order + 1, state.strata.length), design, {
    ...before,
    stop: plus(before.stop, look.stop),
    go: plus(before.go, look.go),
    seen: mark === undefined ? before.seen : [...before.seen.slice(1 - idsKept), mark],
    stable: sum(before.stable, stable ?? none),
    canary: sum(before.canary, canary),
  })
  const strata = index < 0 ? [...state.strata, after] : state.strata.with(index, after)
  const metric = pooled(design, state, strata, index < 0 ? undefined : before, after, look, sample)
  const metrics = trial.metrics.with(at, metric)
  const stops = design.plan.critical && metric.peak >= -Math.log(design.alpha)
  if (trial.stopped !== undefined || !stops) return { ...trial, metrics }
  return { ...trial, metrics, stopped: sample.metric }
}

/** A stratum's own alpha is the metric's, spread over strata in the order they came: 1/2, 1/6, 1/12... of it. */
export const ownThreshold = (order: number, { alpha }: MetricDesign): number =>
  Math.log((order + 1) * (order + 2)) - Math.log(alpha)

/** With one stratum the pool is that stratum. */
function judgedAlone(order: number, strata: number, design: MetricDesign, stratum: Stratum): Stratum {
  if (strata < 2 || mixed(stratum.stop, design.worse.logWeight) < ownThreshold(order, design)) return stratum
  return { ...stratum, stopped: true }
}

/**
 * The most that one stratum may bring into the pool: two strata must both be loud, or three, or many speak quietly. Less than its
 * evidence is a valid count of it; more would not be, so there is no lower bound.
 */
export function capOf(strata: number, error: number, guesses: Mixture): number {
  if (strata < 2) return Number.POSITIVE_INFINITY
  const least = Math.min(...guesses.logWeight)
  return Math.min((-Math.log(error) - least) / Math.min(strata, 3), -Math.log(error) - Math.LN2)
}

function pooled(
  design: MetricDesign,
  state: MetricState,
  strata: readonly Stratum[],
  before: Stratum | undefined,
  after: Stratum,
  look: Look,
  { stable, canary }: Sample,
): MetricState {
  const moreThanBefore = strata.length !== state.strata.length && strata.length <= 3
  const pool = (side: 'stop' | 'go', error: number, guesses: Mixture): readonly number[] => {
    const cap = capOf(strata.length, error, guesses)
    const part = (of: Stratum | undefined, at: number) => Math.min(of?.[side][at] ?? 0, cap)
    // The cap depends on how many strata there are up to the third: then the sums are made anew.
    if (moreThanBefore) return guesses.at.map((_, at) => strata.reduce((total, each) => total + part(each, at), 0))
    return state[side].map((value, at) => value - part(before, at) + part(after, at))
  }
  const stop = pool('stop', design.alpha, design.worse)
  // The others of this look have not come yet: the first stratum's first sample does not decide for them.
  const firstOfMany = strata.length === 1 && before === undefined && after.name !== ''
  return {
    strata,
    likelihood: plus(state.likelihood, look.likelihood),
    stop,
    go: pool('go', design.beta, design.fine),
    stable: sum(state.stable, stable ?? none),
    canary: sum(state.canary, canary),
    peak: firstOfMany ? state.peak : Math.max(state.peak, mixed(stop, design.worse.logWeight)),
  }
}

function plus(one: readonly number[], other: readonly number[]): number[] {
  const found: number[] = []
  for (let at = 0; at < one.length; at += 1) found.push((one[at] ?? 0) + (other[at] ?? 0))
  return found
}

const sum = (one: Count, other: Count): Count => ({ bad: one.bad + other.bad, total: one.total + other.total })

const newStratum = (name: string, { worse, fine }: MetricDesign): Stratum => ({
  name,
  stop: worse.at.map(() => 0),
  go: fine.at.map(() => 0),
  seen: [],
  stable: none,
  canary: none,
})

/** FNV-1a: 32 bits that stand for an id among the eight that are kept. */
function markOf(id: string): number {
  let mark = 0x811c9dc5
  for (let at = 0; at < id.length; at += 1) mark = Math.imul(mark ^ id.charCodeAt(at), 0x01000193)
  return mark >>> 0
}

function checkSample({ metric, stable, canary, weight }: Sample, { plan }: MetricDesign): void {
  for (const [arm, count] of [
    ['canary', canary],
    ['stable', stable],
  ] as const) {
    if (count === undefined) continue
    const { bad, total } = count
    if (Number.isFinite(total) && bad >= 0 && bad <= total) continue
    throw new JudgeError(
      'judge.bad_sample',
      `${metric}: ${bad} bad among ${total} of the ${arm} arm is not a count.`,
      'A sample holds increments since the last look; countsFromCounters makes them of running totals.',
    )
  }
  if (weight && weight.from !== weight.to) {
    throw new JudgeError(
      'judge.spans_weight_change',
      `${metric}: this sample began at a weight of ${weight.from} and ended at ${weight.to}.`,
      'Take a sample just before the weight changes and begin the next one after; mixed, a busy hour looks like a bad release.',
    )
  }
  if (stable === undefined && plan.objective === undefined) {
    throw new JudgeError(
      'judge.no_reference',
      `${metric} has neither a stable arm in this sample nor an objective in the plan.`,
      'Give the metric an objective, or send the counts of the stable release.',
    )
  }
}

const unknownMetric = (name: string, { plan }: Trial) =>
  new JudgeError(
    'judge.unknown_metric',
    `The plan has no metric ${name}.`,
    `It has: ${plan.metrics.map((each) => each.name).join(', ')}.`,
  )
