import { designsOf } from './metric-design.ts'
import type { Count, TrialPlan } from './trial-plan.ts'

/** One instance or region: what it says by itself. */
export type Stratum = {
  readonly name: string
  readonly stop: readonly number[]
  readonly go: readonly number[]
  /** Marks of the last samples, so that a repeated one is known. */
  readonly seen: readonly number[]
  readonly stable: Count
  readonly canary: Count
  /** Set once it has stopped for itself: nothing more is counted. */
  readonly stopped?: true
}

/** All that is kept of a metric. */
export type MetricState = {
  readonly strata: readonly Stratum[]
  /** Sums over the strata: the likelihood as it is, the evidence with each stratum's part capped. */
  readonly likelihood: readonly number[]
  readonly stop: readonly number[]
  readonly go: readonly number[]
  readonly stable: Count
  readonly canary: Count
  /** The most evidence for harm there ever was, as a logarithm. */
  readonly peak: number
}

/** Plain JSON: keep it, send it, read it back; nothing else is remembered anywhere. */
export type Trial = {
  readonly plan: TrialPlan
  readonly metrics: readonly MetricState[]
  /** The critical metric that stopped the trial, for good. */
  readonly stopped?: string
}

export const none: Count = { bad: 0, total: 0 }

export function startTrial(plan: TrialPlan): Trial {
  const zeros = (many: readonly unknown[]) => many.map(() => 0)
  return {
    plan,
    metrics: designsOf(plan).map(({ ratio, worse, fine }) => ({
      strata: [],
      likelihood: zeros(ratio),
      stop: zeros(worse.at),
      go: zeros(fine.at),
      stable: none,
      canary: none,
      peak: 0,
    })),
  }
}
