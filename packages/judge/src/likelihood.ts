import type { MetricDesign, Mixture } from './metric-design.ts'
import type { Count } from './trial-plan.ts'

/**
 * What one look says.
 *
 * Of b bad requests among B to the canary and a among A to the stable release, the log-likelihood of "the canary is r times
 * as bad" is  l(r) = b log r - (a + b) log(rB + A), up to what does not depend on r. For every r1 > r0 the factor
 * exp(l(r1) - l(r0)) has a mean of at most 1 whenever the canary's rate is at most r0 times the stable one, whatever that is:
 * it is exp(tb - ua) with exp(t) > 1 > exp(-u), its mean is (1 + p(exp t - 1))^B (1 + q(exp -u - 1))^A, 1 + x <= exp(x) bounds that by
 * exp(Bp(exp t - 1) - Aq(1 - exp -u)), and the two terms cancel at p = r0 q. No rate is too high for it, no base rate need be
 * known, and it may drift from look to look. Mirrored, the same holds for r1 < r0 and a canary at least r0 times as bad.
 * docs/decisions/0007-canary-verdicts.md has the rest: the absolute margin, bursts, strata.
 */
export type Look = {
  /** By ratio of the design's grid. */
  readonly likelihood: readonly number[]
  /** Log evidence for harm, by guess of `worse`; for no harm, by guess of `fine`. */
  readonly stop: readonly number[]
  readonly go: readonly number[]
}

export function lookAt(design: MetricDesign, stable: Count | undefined, canary: Count): Look {
  const likelihood = likelihoodOf(design, stable, canary)
  return {
    likelihood,
    stop: against(design, likelihood, design.worse, design.toleratedAt, stable, canary),
    go: against(design, likelihood, design.fine, design.harmAt, stable, canary),
  }
}

function likelihoodOf(
  { ratio, logRatio, unit, plan }: MetricDesign,
  stable: Count | undefined,
  canary: Count,
): number[] {
  const { bad, total } = canary
  const found: number[] = []
  if (stable === undefined) {
    const expected = total * (plan.objective ?? 0)
    for (let at = 0; at < ratio.length; at += 1) {
      found.push(unit * (bad * (logRatio[at] ?? 0) - expected * ((ratio[at] ?? 1) - 1)))
    }
    return found
  }
  const both = total === 0 || stable.total === 0 ? 0 : bad + stable.bad
  if (both === 0) return ratio.map(() => 0)
  const share = total / (total + stable.total)
  for (let at = 0; at < ratio.length; at += 1) {
    found.push(unit * (bad * (logRatio[at] ?? 0) - both * Math.log1p(((ratio[at] ?? 1) - 1) * share)))
  }
  return found
}

/** Evidence of each guess against the boundary `from`, which is shifted by the absolute margin. */
function against(
  { ratio, absolute, unit }: MetricDesign,
  likelihood: readonly number[],
  guesses: Mixture,
  from: number,
  stable: Count | undefined,
  canary: Count,
): number[] {
  const base = likelihood[from] ?? 0
  const boundary = ratio[from] ?? 1
  return guesses.at.map((at, index) => {
    const gained = (likelihood[at] ?? 0) - base
    if (absolute === 0 || canary.total === 0) return gained
    const guess = guesses.ratio[index] ?? 1
    const shift =
      stable === undefined
        ? guess / boundary
        : (guess * (boundary * canary.total + stable.total)) / (boundary * (guess * canary.total + stable.total))
    return gained - unit * absolute * canary.total * (shift - 1)
  })
}

/** log of the sum of exp(values + weights), without overflow. */
export function mixed(values: readonly number[], logWeight: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY
  for (let at = 0; at < values.length; at += 1) most = Math.max(most, (values[at] ?? 0) + (logWeight[at] ?? 0))
  if (most === Number.NEGATIVE_INFINITY) return most
  let sum = 0
  for (let at = 0; at < values.length; at += 1) sum += Math.exp((values[at] ?? 0) + (logWeight[at] ?? 0) - most)
  return most + Math.log(sum)
}
