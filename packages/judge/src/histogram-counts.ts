import { JudgeError } from './judge-error.ts'
import type { Count } from './trial-plan.ts'

/** A bucket as Prometheus has it: how many took at most `le` seconds; the last one is `+Inf`. */
export type Bucket = { readonly le: number | '+Inf'; readonly count: number }

/** Slower than the threshold is bad. The threshold must be the bound of a bucket: between two bounds nobody knows. */
export function countsFromHistogram(buckets: readonly Bucket[], thresholdSeconds: number): Count {
  const bounds = buckets
    .map(({ le, count }) => ({ le: le === '+Inf' ? Number.POSITIVE_INFINITY : le, count }))
    .sort((one, other) => one.le - other.le)
  const all = bounds.at(-1)
  if (!all || all.le !== Number.POSITIVE_INFINITY) {
    throw badHistogram('The histogram has no bucket +Inf, so the number of all requests is not known.')
  }
  if (bounds.some(({ count }, at) => !(count >= (bounds[at - 1]?.count ?? 0)))) {
    throw badHistogram('The counts of the buckets fall from one to the next: they must be cumulative.')
  }
  const found = bounds.find(({ le }) => le === thresholdSeconds)
  if (!found || found === all) throw notABound(thresholdSeconds, bounds.slice(0, -1))
  return { bad: all.count - found.count, total: all.count }
}

function notABound(threshold: number, bounds: readonly { readonly le: number }[]): JudgeError {
  const near = [bounds.findLast(({ le }) => le < threshold), bounds.find(({ le }) => le > threshold)]
  const named = near.flatMap((each) => (each ? [`${each.le} s`] : []))
  return new JudgeError(
    'judge.not_a_bound',
    `${threshold} s is no bound of a bucket; the nearest are ${named.join(' and ') || 'none'}.`,
    'Take one of these, or give the histogram a bucket at the objective.',
  )
}

const badHistogram = (message: string) =>
  new JudgeError(
    'judge.bad_histogram',
    message,
    'Pass every bucket of one histogram, as increments since the last look.',
  )
