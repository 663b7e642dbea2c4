import { mixed } from './likelihood.ts'
import type { MetricDesign, Mixture } from './metric-design.ts'

/** Bounds of how many times as bad the canary is, right at all times at once with a chance of at least `level`. */
export type RatioInterval = { readonly low: number; readonly high: number | null; readonly level: number }

/**
 * Every ratio against which the evidence is not strong enough. The evidence is the same that decides, so `stop` is "the low end is
 * above what is tolerated" and `go` is "the high end is below the smallest harm".
 */
export function ratioInterval(design: MetricDesign, likelihood: readonly number[]): RatioInterval {
  return {
    low: end(design, likelihood, design.worse, design.alpha, 1) ?? 0,
    high: end(design, likelihood, design.fine, design.beta, -1) ?? null,
    level: 1 - design.alpha - design.beta,
  }
}

/**
 * Walks inwards from one end of the grid while the ratios there are refuted. The log evidence against a ratio is convex in the
 * ratio's logarithm as long as the same guesses speak, so the line through the last two refuted ones lies below it further in:
 * where that line crosses the threshold is a ratio that is refuted for certain.
 */
function end(
  { ratio, logRatio }: MetricDesign,
  likelihood: readonly number[],
  guesses: Mixture,
  error: number,
  step: 1 | -1,
): number | undefined {
  const threshold = -Math.log(error)
  const last = ratio.length - 1
  const isBeyond = (guess: number, at: number) => (step === 1 ? guess > at : guess < at)
  const innermost = step === 1 ? Math.min(...guesses.at) : Math.max(...guesses.at)
  const values = guesses.at.map((each) => likelihood[each] ?? 0)
  const whole = mixed(values, guesses.logWeight)
  const evidence = (at: number): number => {
    const against = likelihood[at] ?? 0
    if (isBeyond(innermost, at)) return whole - against
    const speaking = values.map((value, index) =>
      isBeyond(guesses.at[index] ?? at, at) ? value : Number.NEGATIVE_INFINITY,
    )
    return mixed(speaking, guesses.logWeight) - against
  }
  const first = step === 1 ? 0 : last
  let at = first
  let found = evidence(at)
  if (found < threshold) return undefined
  let slope = 0
  for (;;) {
    const next = evidence(at + step)
    if (next < threshold || at + step === last - first) break
    slope = (found - next) / Math.abs((logRatio[at + step] ?? 0) - (logRatio[at] ?? 0))
    at += step
    found = next
  }
  const inwards = slope > 0 ? (found - threshold) / slope : 0
  const edge = logRatio[at + step] ?? logRatio[at] ?? 0
  const reached = (logRatio[at] ?? 0) + step * inwards
  return Math.exp(step === 1 ? Math.min(edge, reached) : Math.max(edge, reached))
}
