import type { Count } from './trial-plan.ts'

/** A running total as it is read off one series; `created` is when that series began, where the source says. */
export type Counter = { readonly bad: number; readonly total: number; readonly created?: number }
/** One counter, or one a series (a process, a pod), by name. */
export type Counters = Counter | Readonly<Record<string, Counter>>

export type CounterNote = {
  /** Empty for a single counter. */
  readonly series: string
  /**
   * `reset`: began again at zero, and what it has now is counted. `shrank`: fell without having begun again, as a sum does when
   * a part of it leaves; nothing is counted, twice would be wrong. `late`: seen for the first time, so nobody knows when its total
   * grew; counted from the next reading on. `gone`: not there any more. `torn`: more bad than total, read at two moments.
   */
  readonly what: 'reset' | 'shrank' | 'late' | 'gone' | 'torn'
}

export type CounterCount = Count & { readonly notes: readonly CounterNote[] }

/** Increments between two readings of running totals, and what was odd about them. */
export function countsFromCounters(previous: Counters | undefined, current: Counters): CounterCount {
  const now = byName(current)
  const before = previous === undefined ? {} : byName(previous)
  // A fall of one series' own counter is a restart; a bare total may be a sum, and then it is not.
  const single = isCounter(current)
  const parts = Object.entries(now).map(([series, counter]) => increment(series, before[series], counter, single))
  const gone = Object.keys(before).filter((series) => !(series in now))
  return {
    bad: parts.reduce((sum, each) => sum + each.bad, 0),
    total: parts.reduce((sum, each) => sum + each.total, 0),
    notes: [...parts.flatMap((each) => each.notes), ...gone.map((series) => ({ series, what: 'gone' as const }))],
  }
}

const isCounter = (counters: Counters): counters is Counter => typeof (counters as Counter).total === 'number'

const byName = (counters: Counters): Readonly<Record<string, Counter>> =>
  isCounter(counters) ? { '': counters } : counters

function increment(series: string, before: Counter | undefined, now: Counter, single: boolean): CounterCount {
  const nothing = (what: CounterNote['what']): CounterCount => ({ bad: 0, total: 0, notes: [{ series, what }] })
  if (!before) return nothing('late')
  const began = now.created !== undefined && before.created !== undefined && now.created > before.created
  const fell = now.total < before.total || now.bad < before.bad
  const restarted = began || (fell && !single && now.created === undefined && now.bad <= before.bad)
  if (fell && !restarted) return nothing('shrank')
  const grown = restarted ? now : { bad: now.bad - before.bad, total: now.total - before.total }
  if (grown.bad > grown.total) return nothing('torn')
  return { bad: grown.bad, total: grown.total, notes: restarted ? [{ series, what: 'reset' }] : [] }
}
