import type { MetricDesign } from './metric-design.ts'
import type { TrialPlan } from './trial-plan.ts'
import type { Decision, MetricVerdict, Rate } from './verdict-shape.ts'

/** 0.1 %, 3.1 %, 42 %: as many digits as say something. */
export function percent(rate: number | null): string {
  if (rate === null) return 'no data'
  const value = rate * 100
  if (value === 0) return '0 %'
  if (value < 0.01) return `${value.toPrecision(1)} %`
  return `${value < 0.1 ? value.toFixed(3) : value < 1 ? value.toFixed(2) : value < 20 ? value.toFixed(1) : value.toFixed(0)} %`
}

export const times = (ratio: number): string => ratio.toFixed(ratio < 2 ? 2 : ratio < 10 ? 1 : 0)

/** Rounded away from what would be more than is known. */
const atLeast = (ratio: number): string => times(Math.floor(ratio * 100) / 100)
const atMost = (ratio: number): string => times(Math.ceil(ratio * 100) / 100)

/** 1,234,567; Intl's own way takes longer than all the rest of a verdict. */
const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

const reference = ({ stable, objective }: Pick<MetricVerdict, 'stable' | 'objective'>): string =>
  stable.total > 0 || objective === undefined ? percent(stable.rate) : `the objective of ${percent(objective)}`

type Told = Omit<MetricVerdict, 'because'>

/** One sentence for people about one metric. */
export function sentenceFor(design: MetricDesign, told: Told): string {
  const { name, canary, stable, decision, stopped } = told
  if (canary.total === 0) return `${name}: no data from the canary yet${others(stopped)}`
  const rates = `${name} ${percent(canary.rate)} against ${reference(told)}`
  if (decision === 'stop') return `${rates}: ${worse(design, told)}${brokenToo(told)}${others(stopped)}`
  if (told.stableArm === 'broken') return `${rates}: ${broken(told)}${others(stopped)}`
  if (decision === 'go') return `${rates}: ${fine(design, told)}${others(stopped)}`
  return `${rates}: ${open(design, told, stable)}${others(stopped)}`
}

function worse({ tolerated, absolute, plan }: MetricDesign, { ratio, evidence }: Told): string {
  const least = `at least ${atLeast(ratio.low)} times as many`
  const more = tolerated > 1 || absolute > 0 ? `more than is tolerated (${toleranceOf(tolerated, absolute)})` : 'more'
  const how = ratio.low >= 1.01 ? least : more
  const whose = plan.tolerated ? 'a canary within what is tolerated' : 'a canary as good as stable'
  return `${how}; ${whose} would look this bad ${evidence.stop > 1e6 ? 'less than once in 1,000,000' : `once in ${count(evidence.stop)}`} rollouts`
}

const toleranceOf = (ratio: number, absolute: number): string =>
  [...(ratio > 1 ? [`${times(ratio)} times`] : []), ...(absolute > 0 ? [`${percent(absolute)} on top`] : [])].join(
    ' and ',
  )

const fine = ({ beta, harm }: MetricDesign, { ratio }: Told): string =>
  `${ratio.high === null ? `below ${times(harm)} times as many` : `at most ${atMost(ratio.high)} times as many`}; a canary with the smallest harm (${times(harm)} times) would look this good in at most ${percent(beta)} of rollouts`

function open({ absolute }: MetricDesign, { ratio, needed, canary }: Told, stable: Rate): string {
  if (canary.bad + stable.bad === 0 && absolute === 0) {
    return `nothing bad on either side in ${count(canary.total)} requests, and without an absolute margin nothing to compare`
  }
  const between =
    ratio.high === null
      ? `at least ${times(ratio.low)} times as many, no upper bound yet`
      : `between ${times(ratio.low)} and ${times(ratio.high)} times as many`
  const left = [
    ...(needed.go === null ? [] : [`about ${count(needed.go)} requests to go`]),
    ...(needed.stop === null ? [] : [`about ${count(needed.stop)} to stop`]),
  ]
  return `${between}; ${left.length > 0 ? left.join(', ') : 'at these rates neither side is coming nearer'}`
}

const broken = ({ stable, objective }: Told): string =>
  `the stable release itself fails its objective (${percent(stable.rate)} against ${percent(objective ?? null)}), so being no worse says nothing; mend it, or roll back both`

const brokenToo = ({ stableArm }: Told): string =>
  stableArm === 'broken' ? '; the stable release fails its own objective as well' : ''

const others = (stopped: Told['stopped']): string =>
  stopped.length === 0 ? '' : `; stopped for itself: ${stopped.map((each) => each.stratum || 'unnamed').join(', ')}`

type TrialTold = {
  readonly plan: TrialPlan
  readonly decision: Decision
  readonly deciding: MetricVerdict
  readonly critical: readonly MetricVerdict[]
  readonly waitsFor: readonly ('requests' | 'seconds')[]
  readonly atCeiling: boolean
}

export function sentenceForTrial({ plan, decision, deciding, critical, waitsFor, atCeiling }: TrialTold): string {
  if (decision !== 'undecided') return deciding.because
  const allGood = critical.every((each) => each.decision === 'go' && each.stableArm !== 'broken')
  const floor = [
    ...(waitsFor.includes('requests') ? [`${count(plan.floor?.requests ?? 0)} requests`] : []),
    ...(waitsFor.includes('seconds') ? [`${count(plan.floor?.seconds ?? 0)} seconds`] : []),
  ]
  if (allGood && floor.length > 0) return `${deciding.because}; go waits for the plan's floor of ${floor.join(' and ')}`
  return atCeiling ? `${deciding.because}; the ceiling is reached without a decision, so it is yours` : deciding.because
}
