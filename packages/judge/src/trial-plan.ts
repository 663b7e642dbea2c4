import { JudgeError } from './judge-error.ts'

/** So many were bad among so many: increments since the last look, never running totals. */
export type Count = { readonly bad: number; readonly total: number }

export type MetricPlan = {
  readonly name: string
  /** Critical metrics may stop the trial and must all say go; the others only speak. */
  readonly critical: boolean
  /** Harm worth detecting: the canary's rate is at least so many times the stable one, on top of what is tolerated absolutely. */
  readonly smallestHarm: { readonly ratio: number }
  /** The canary is no worse while its rate is at most `ratio` times the stable rate plus `absolute`. */
  readonly tolerated?: { readonly ratio?: number; readonly absolute?: number }
  /** The rate that is promised: what the canary is held against without a stable arm, and what a stable arm must keep itself. */
  readonly objective?: number
  /** Requests that fail by one cause, such as the ten that one pod had in flight: together they count as one. */
  readonly failsTogether?: { readonly unit: string; readonly most: number }
}

export type TrialPlan = {
  /** Chance to stop a rollout whose canary is no worse: over the whole trial, all critical metrics, any number of looks. */
  readonly alpha: number
  /** Chance of `go` for a canary that has the smallest harm in any one critical metric. */
  readonly beta: number
  readonly metrics: readonly MetricPlan[]
  /** Before so many requests to the canary and so many seconds there is no `go`. */
  readonly floor?: { readonly requests: number; readonly seconds: number }
  /** From so many requests to the canary or seconds on, a trial that is undecided is called so, and the caller chooses. */
  readonly ceiling?: { readonly requests?: number; readonly seconds: number }
}

/** Throws what is wrong with a plan. */
export function checkPlan(plan: TrialPlan): void {
  for (const [name, value] of [
    ['alpha', plan.alpha],
    ['beta', plan.beta],
  ] as const) {
    if (!(value > 0 && value <= 0.5)) throw badPlan(`${name} is ${value}; it is a chance above 0 and at most 0.5.`)
  }
  if (!plan.metrics.some((each) => each.critical)) {
    throw badPlan('No metric is critical, so nothing could ever be decided.', 'Set critical: true on what may stop.')
  }
  const names = plan.metrics.map((each) => each.name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw badPlan(`The metric ${twice} is there twice.`)
  for (const metric of plan.metrics) checkMetric(metric)
  for (const [name, value] of Object.entries({ ...plan.floor, ...plan.ceiling })) {
    if (!(value >= 0)) throw badPlan(`A floor or ceiling of ${value} ${name} says nothing.`)
  }
}

function checkMetric({ name, smallestHarm, tolerated = {}, objective, failsTogether }: MetricPlan): void {
  const { ratio = 1, absolute = 0 } = tolerated
  if (!(ratio >= 1 && ratio <= 50)) throw badPlan(`${name}: the tolerated ratio ${ratio} is not from 1 to 50.`)
  if (!(absolute >= 0 && absolute < 1)) throw badPlan(`${name}: the tolerated margin ${absolute} is not from 0 to 1.`)
  if (!(smallestHarm.ratio >= 1.05 * ratio && smallestHarm.ratio <= 100)) {
    throw badPlan(
      `${name}: the smallest harm ${smallestHarm.ratio} is not between the tolerated ratio ${ratio} and 100.`,
      'It is at least 1.05 times what is tolerated: what lies nearer cannot be told from it.',
    )
  }
  if (objective !== undefined && !(objective > 0 && objective < 1)) {
    throw badPlan(`${name}: the objective ${objective} is no share of bad requests between 0 and 1.`)
  }
  if (failsTogether !== undefined && !(failsTogether.most >= 1)) {
    throw badPlan(`${name}: at least one request fails at a time, not ${failsTogether.most}.`)
  }
}

const badPlan = (message: string, hint = 'docs/guides/verdicts.md says what each part of a plan means.') =>
  new JudgeError('judge.bad_plan', message, hint)
