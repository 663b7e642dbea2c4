import { sentenceFor, sentenceForTrial } from './because.ts'
import { mixed } from './likelihood.ts'
import { designsOf, type MetricDesign } from './metric-design.ts'
import { ratioInterval } from './ratio-interval.ts'
import { requestsNeeded } from './requests-needed.ts'
import { stableArm } from './stable-arm.ts'
import type { MetricState, Trial } from './trial.ts'
import type { Count, TrialPlan } from './trial-plan.ts'
import type { Decision, MetricVerdict, Rate, Verdict } from './verdict-shape.ts'

export function verdict(trial: Trial, at?: { readonly elapsedSeconds: number }): Verdict {
  const metrics = designsOf(trial.plan).flatMap((design, index) => {
    const state = trial.metrics[index]
    return state ? [metricVerdict(design, state)] : []
  })
  const critical = metrics.filter((each) => each.critical)
  const waitsFor = floorsLeft(trial.plan, critical, at?.elapsedSeconds)
  const decision = decide(trial, critical, waitsFor)
  const deciding = decidingMetric(trial, critical, decision)
  const atCeiling = decision === 'undecided' && isAtCeiling(trial.plan, critical, at?.elapsedSeconds)
  const because = sentenceForTrial({ plan: trial.plan, decision, deciding, critical, waitsFor, atCeiling })
  return { decision, metric: deciding.name, because, metrics, waitsFor, atCeiling }
}

function decide(trial: Trial, critical: readonly MetricVerdict[], waitsFor: Verdict['waitsFor']): Decision {
  if (trial.stopped !== undefined) return 'stop'
  const good = critical.every((each) => each.decision === 'go' && each.stableArm !== 'broken')
  return good && waitsFor.length === 0 ? 'go' : 'undecided'
}

/** What stopped; else what holds `go` up longest. */
function decidingMetric(trial: Trial, critical: readonly MetricVerdict[], decision: Decision): MetricVerdict {
  const order = (each: MetricVerdict) =>
    each.name === trial.stopped ? -1 : each.stableArm === 'broken' && decision !== 'stop' ? 0 : each.evidence.go + 1
  const [first] = critical.toSorted((one, other) => order(one) - order(other))
  if (!first) throw new Error('A plan without a critical metric was let through.')
  return first
}

const greatest = 1e300
const plain = (log: number): number => Math.min(Math.exp(log), greatest)

function metricVerdict(design: MetricDesign, state: MetricState): MetricVerdict {
  const { plan, alpha, beta } = design
  const logGo = mixed(state.go, design.fine.logWeight)
  const stops = state.peak >= -Math.log(alpha)
  const found = ratioInterval(design, state.likelihood)
  const verdict = {
    name: plan.name,
    critical: plan.critical,
    decision: stops ? 'stop' : logGo >= -Math.log(beta) && state.canary.total > 0 ? 'go' : 'undecided',
    stable: rateOf(state.stable),
    canary: rateOf(state.canary),
    ...(plan.objective === undefined ? {} : { objective: plan.objective }),
    // What held once holds: the bound of the moment it stopped.
    ratio: stops ? { ...found, low: Math.max(found.low, design.tolerated) } : found,
    evidence: { stop: plain(state.peak), go: plain(logGo) },
    needed: stops ? { stop: 0, go: null } : requestsNeeded(design, state),
    stableArm: stableArm(design, state),
    stopped: state.strata
      .filter((each) => each.stopped)
      .map(({ name, stable, canary }) => ({ stratum: name, stable: rateOf(stable), canary: rateOf(canary) })),
  } as const
  return { ...verdict, because: sentenceFor(design, verdict) }
}

export const rateOf = ({ bad, total }: Count): Rate => ({ bad, total, rate: total > 0 ? bad / total : null })

function floorsLeft(
  { floor }: TrialPlan,
  critical: readonly MetricVerdict[],
  elapsed: number | undefined,
): readonly ('requests' | 'seconds')[] {
  if (!floor) return []
  const fewest = Math.min(...critical.map((each) => each.canary.total))
  return [
    ...(fewest < floor.requests ? (['requests'] as const) : []),
    ...(floor.seconds > (elapsed ?? 0) ? (['seconds'] as const) : []),
  ]
}

function isAtCeiling({ ceiling }: TrialPlan, critical: readonly MetricVerdict[], elapsed = 0): boolean {
  if (!ceiling) return false
  const most = Math.max(...critical.map((each) => each.canary.total))
  return elapsed >= ceiling.seconds || most >= (ceiling.requests ?? Number.POSITIVE_INFINITY)
}
