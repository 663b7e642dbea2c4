import { mixed } from './likelihood.ts'
import type { MetricDesign } from './metric-design.ts'
import type { MetricState } from './trial.ts'

/** Whether the stable release keeps its own objective: `broken` is proven worse, `unknown` has no objective or no data. */
export type StableArm = 'broken' | 'keeps its objective' | 'unknown'

const guesses: readonly (readonly [number, number])[] = [
  [1.5, 0.3],
  [2.5, 0.3],
  [5, 0.2],
  [20, 0.2],
]
const weights = guesses.map(([, weight]) => Math.log(weight))

/** The same kind of evidence as for the canary, with the objective as the known rate; right at all times, at the level alpha. */
export function stableArm({ plan, alpha, unit }: MetricDesign, { stable: { bad, total } }: MetricState): StableArm {
  if (plan.objective === undefined || total === 0) return 'unknown'
  const expected = total * plan.objective
  const evidence = mixed(
    guesses.map(([ratio]) => unit * (bad * Math.log(ratio) - expected * (ratio - 1))),
    weights,
  )
  if (evidence >= -Math.log(alpha)) return 'broken'
  return bad <= expected ? 'keeps its objective' : 'unknown'
}
