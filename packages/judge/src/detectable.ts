import { percent, times } from './because.ts'
import { designsOf, type MetricDesign } from './metric-design.ts'
import type { TrialPlan } from './trial-plan.ts'

/** What will come by: per minute to both arms together, and how much of it to the canary for how long. */
export type Traffic = {
  readonly requestsPerMinute: number
  readonly steps: readonly { readonly share: number; readonly minutes: number }[]
  /** The stable release's rate by metric; else its objective, else 1 %. */
  readonly rates?: Readonly<Record<string, number>>
}

export type Detectable = {
  readonly metric: string
  readonly rate: number
  /** The smallest ratio that is more likely than not to stop the trial in time, and one that nearly always (1 - beta) does. */
  readonly likely: number | null
  readonly nearlyAlways: number | null
  /** Whether a canary as good as stable can be expected to reach `go` in time. */
  readonly reachesGo: boolean
  readonly because: string
}

export const smallestDetectable = (plan: TrialPlan, traffic: Traffic): readonly Detectable[] =>
  designsOf(plan).map((design) => {
    const rate = traffic.rates?.[design.plan.name] ?? design.plan.objective ?? 0.01
    const normal = quantile(plan.beta)
    const likely = smallest(design, traffic, rate, 0)
    const nearlyAlways = smallest(design, traffic, rate, normal)
    const go = spread(design, traffic, rate, 1, 'fine')
    const reachesGo = go.some(({ mean, weight }) => mean + weight >= -Math.log(design.beta))
    return {
      metric: design.plan.name,
      rate,
      likely,
      nearlyAlways,
      reachesGo,
      because: sentence(design, traffic, rate, likely),
    }
  })

function sentence(design: MetricDesign, traffic: Traffic, rate: number, likely: number | null): string {
  const minutes = traffic.steps.reduce((sum, each) => sum + each.minutes, 0)
  const canary = traffic.steps.reduce((sum, each) => sum + each.minutes * each.share * traffic.requestsPerMinute, 0)
  const flow = `${Number((canary / Math.max(minutes, 1e-9)).toPrecision(2))} requests/min to the canary`
  const harm = `${percent(rate)} -> ${percent(Math.min(1, rate * design.harm))}`
  const name = design.plan.name
  if (likely === null)
    return `${name}: at ${flow} a ${minutes}-minute bake can see no harm at all, not even 50 times as many`
  const seen = `${percent(rate)} -> ${percent(Math.min(1, rate * likely))}`
  return likely <= design.harm
    ? `${name}: at ${flow} a ${minutes}-minute bake can see ${harm}, and down to ${times(likely)} times as many`
    : `${name}: at ${flow} a ${minutes}-minute bake can see ${seen}, not ${harm}`
}

/** By halving: more harm is always seen sooner. */
function smallest(design: MetricDesign, traffic: Traffic, rate: number, deviations: number): number | null {
  const sees = (ratio: number) =>
    spread(design, traffic, rate, ratio, 'worse').some(
      ({ mean, deviation, weight }) => mean - deviations * deviation + weight >= -Math.log(design.alpha),
    )
  const most = Math.min(50, 1 / rate)
  if (!sees(most)) return null
  let [low, high] = [design.tolerated, most]
  for (let round = 0; round < 40; round += 1) {
    const middle = Math.sqrt(low * high)
    if (sees(middle)) high = middle
    else low = middle
  }
  return high
}

type Spread = { readonly mean: number; readonly deviation: number; readonly weight: number }

/** Mean and spread of each guess's log evidence when all traffic has come, for a canary that is `ratio` times as bad. */
function spread(
  { worse, fine, tolerated, harm, absolute, unit }: MetricDesign,
  { requestsPerMinute, steps }: Traffic,
  rate: number,
  ratio: number,
  side: 'worse' | 'fine',
): Spread[] {
  const guesses = side === 'worse' ? worse : fine
  const boundary = side === 'worse' ? tolerated : harm
  return guesses.ratio.map((guess, at) => {
    let mean = 0
    let variance = 0
    for (const { share, minutes } of steps) {
      const requests = requestsPerMinute * minutes
      const canaryBad = requests * share * Math.min(1, rate * ratio)
      const stableBad = requests * (1 - share) * rate
      const both = Math.log((guess * share + 1 - share) / (boundary * share + 1 - share))
      const canaryStep = Math.log(guess / boundary) - both
      mean += canaryBad * canaryStep - stableBad * both - absolute * requests * share * (Math.exp(canaryStep) - 1)
      variance += canaryBad * canaryStep ** 2 + stableBad * both ** 2
    }
    return { mean: unit * mean, deviation: unit * Math.sqrt(variance), weight: guesses.logWeight[at] ?? 0 }
  })
}

/** How many standard deviations a normal value stays above with the chance 1 - p (Abramowitz and Stegun 26.2.23). */
function quantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p))
  return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3)
}
