import { lookAt, mixed } from './likelihood.ts'
import type { MetricDesign, Mixture } from './metric-design.ts'
import type { MetricState } from './trial.ts'

type Needed = { readonly stop: number | null; readonly go: number | null }

/** How far both thresholds are at the rates and the share seen so far; the best guess sets the pace. */
export function requestsNeeded(design: MetricDesign, { stop, go, stable, canary }: MetricState): Needed {
  if (canary.total === 0) return { stop: null, go: null }
  const whole = lookAt(design, stable.total > 0 ? stable : undefined, canary)
  const left = (evidence: readonly number[], pace: readonly number[], guesses: Mixture, error: number) => {
    const missing = -Math.log(error) - mixed(evidence, guesses.logWeight)
    if (missing <= 0) return 0
    // Each guess has its own way to go; the shortest is the one that will speak.
    const ways = pace.map((each, at) => {
      const gain = each / canary.total
      const distance = -Math.log(error) - (guesses.logWeight[at] ?? 0) - (evidence[at] ?? 0)
      return gain > 0 ? Math.max(0, distance) / gain : Number.POSITIVE_INFINITY
    })
    const shortest = Math.min(...ways)
    return Number.isFinite(shortest) ? Math.max(1, Math.ceil(shortest)) : null
  }
  return {
    stop: left(stop, whole.stop, design.worse, design.alpha),
    go: left(go, whole.go, design.fine, design.beta),
  }
}
