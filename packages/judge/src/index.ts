/**
 * The judge: whether a release that runs beside the stable one is worse, no worse, or not known yet, at any number of looks.
 *
 * Owns the evidence: plans, samples, verdicts, and what was promised about their errors. Pure values and functions: it reads no
 * clock, no file, no network, and never acts.
 */
export {
  type Counter,
  type CounterCount,
  type CounterNote,
  type Counters,
  countsFromCounters,
} from './counter-counts.ts'
export { type Detectable, smallestDetectable, type Traffic } from './detectable.ts'
export {
  type GaugeLimit,
  type GaugeState,
  type GaugeWatch,
  gaugeState,
  observeGauge,
  watchGauge,
} from './gauge-limit.ts'
export { type Bucket, countsFromHistogram } from './histogram-counts.ts'
export { JudgeError } from './judge-error.ts'
export { observe, type Sample } from './observe.ts'
export type { RatioInterval } from './ratio-interval.ts'
export type { StableArm } from './stable-arm.ts'
export { startTrial, type Trial } from './trial.ts'
export type { Count, MetricPlan, TrialPlan } from './trial-plan.ts'
export { verdict } from './trial-verdict.ts'
export type { Decision, MetricVerdict, Rate, StratumStop, Verdict } from './verdict-shape.ts'
