import { lookAt, mixed } from '../../packages/judge/src/likelihood.ts'
import { designsOf } from '../../packages/judge/src/metric-design.ts'
import type { TrialPlan } from '../../packages/judge/src/trial-plan.ts'
import { binomialChances, type Chance, drawOf } from './chance.ts'

/** Rates and share that hold for so many looks. */
export type Phase = { readonly looks: number; readonly share: number; readonly stable: number; readonly canary: number }

export type Ended = {
  /** Requests, and those to the canary, until the judge said stop or go for the first time. */
  readonly stop?: { readonly requests: number; readonly canary: number }
  readonly go?: { readonly requests: number; readonly canary: number }
}

export type Until = 'stop' | 'go' | 'either'

/** Evidence of e^-25 comes back to a threshold with a chance below e^-25: such rollouts are not followed further. */
const hopeless = -25

/**
 * One rollout with a look after every so many requests, each of which goes to the canary by chance. Looks without a bad request say
 * nothing, so they are jumped over; all others are drawn exactly and judged by the package's own arithmetic, remembered by count.
 */
export function smallLooks(
  plan: TrialPlan,
  phases: readonly Phase[],
  look = 10,
): (chance: Chance, until: Until) => Ended {
  const [design] = designsOf(plan)
  if (!design) throw new Error('A plan has a metric.')
  const prepared = phases.map((phase) => prepare(phase, look))
  const stopAt = -Math.log(design.alpha)
  const goAt = -Math.log(design.beta)
  const known = new Map<number, { readonly stop: readonly number[]; readonly go: readonly number[] }>()
  const judged = (bad: number, canaryBad: number, canaryGood: number) => {
    const key = (bad * (look + 1) + canaryBad) * (look + 1) + canaryGood
    const found = known.get(key)
    if (found) return found
    const canary = { bad: canaryBad, total: canaryBad + canaryGood }
    const made = lookAt(design, { bad: bad - canaryBad, total: look - canary.total }, canary)
    known.set(key, made)
    return made
  }
  const stop = new Float64Array(design.worse.at.length)
  const go = new Float64Array(design.fine.at.length)
  return (chance, until) => {
    stop.fill(0)
    go.fill(0)
    let looks = 0
    let before = 0
    for (const { phase, logNone, bads, canaryBads, canaryGoods } of prepared) {
      const last = before + phase.looks
      looks = before
      for (;;) {
        looks += 1 + (logNone === 0 ? 0 : Math.floor(Math.log(1 - chance()) / logNone))
        if (looks > last) break
        const bad = bads(chance)
        const canaryBad = canaryBads[bad]?.(chance) ?? 0
        const { stop: more, go: less } = judged(bad, canaryBad, canaryGoods[bad]?.(chance) ?? 0)
        const at = () => ({ requests: looks * look, canary: canarySoFar(phases, looks) * look })
        const toStop = until === 'go' ? Number.NEGATIVE_INFINITY : add(stop, more, design.worse.logWeight, stopAt)
        const toGo = until === 'stop' ? Number.NEGATIVE_INFINITY : add(go, less, design.fine.logWeight, goAt)
        if (toStop >= stopAt) return { stop: at() }
        if (toGo >= goAt) return { go: at() }
        if (toStop < hopeless && toGo < hopeless) return {}
      }
      before = last
    }
    return {}
  }
}

/** Adds a look and answers the log evidence: the mixture where it is near the threshold, its greatest part elsewhere. */
function add(sums: Float64Array, more: readonly number[], logWeight: readonly number[], threshold: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let at = 0; at < sums.length; at += 1) {
    const value = (sums[at] ?? 0) + (more[at] ?? 0)
    sums[at] = value
    best = Math.max(best, value + (logWeight[at] ?? 0))
  }
  return best > threshold - 2.5 ? mixed([...sums], logWeight) : best
}

function prepare(phase: Phase, look: number) {
  const { share, stable, canary } = phase
  const bad = share * canary + (1 - share) * stable
  const chances = binomialChances(look, bad)
  const none = chances[0] ?? 0
  const some = chances.map((each, at) => (at === 0 ? 0 : each / (1 - none)))
  const ofBad = bad > 0 ? (share * canary) / bad : 0
  const ofGood = bad < 1 ? (share * (1 - canary)) / (1 - bad) : 0
  return {
    phase,
    logNone: none < 1e-12 ? 0 : Math.log(none),
    bads: drawOf(some),
    canaryBads: chances.map((_, at) => drawOf(binomialChances(at, ofBad))),
    canaryGoods: chances.map((_, at) => drawOf(binomialChances(look - at, ofGood))),
  }
}

/** Looks weighed by the canary's share: how many requests it got on average, in units of a look. */
function canarySoFar(phases: readonly Phase[], looks: number): number {
  let left = looks
  let sum = 0
  for (const phase of phases) {
    const here = Math.min(left, phase.looks)
    sum += here * phase.share
    left -= here
  }
  return sum
}
