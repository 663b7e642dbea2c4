import type { RatioInterval } from './ratio-interval.ts'
import type { StableArm } from './stable-arm.ts'
import type { Count } from './trial-plan.ts'

export type Decision = 'stop' | 'go' | 'undecided'

export type Rate = Count & { readonly rate: number | null }

export type StratumStop = { readonly stratum: string; readonly stable: Rate; readonly canary: Rate }

export type MetricVerdict = {
  readonly name: string
  readonly critical: boolean
  readonly decision: Decision
  /** The rate it was held against: of the stable arm, or the objective where there was none. */
  readonly stable: Rate
  readonly canary: Rate
  readonly objective?: number
  readonly ratio: RatioInterval
  /** How many times likelier the counts are under the guesses than under the bound they speak against; 1 says nothing. */
  readonly evidence: { readonly stop: number; readonly go: number }
  /** Requests to the canary still needed as things go, about; null where they go the other way or nothing is known yet. */
  readonly needed: { readonly stop: number | null; readonly go: number | null }
  readonly stableArm: StableArm
  /** Strata that stopped for themselves; the others go on. */
  readonly stopped: readonly StratumStop[]
  readonly because: string
}

export type Verdict = {
  readonly decision: Decision
  /** The metric that decided, or that is furthest from a decision. */
  readonly metric: string
  readonly because: string
  readonly metrics: readonly MetricVerdict[]
  /** What `go` still waits for by the plan's floor. */
  readonly waitsFor: readonly ('requests' | 'seconds')[]
  /** The ceiling is reached and nothing is decided: the caller chooses. */
  readonly atCeiling: boolean
}
