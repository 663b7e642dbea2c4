import type { Count, CounterNote, Counters } from '@nexus/judge'
import { countsFromCounters } from '@nexus/judge'

/** What one row or one step of a file says: increments, with when and of what. */
export type Look = {
  readonly atSeconds: number
  readonly metric: string
  readonly stratum?: string
  readonly id?: string
  readonly stable?: Count
  readonly canary: Count
}

export type Series = {
  readonly looks: readonly Look[]
  /** What was odd, in sentences; each is said once. */
  readonly notes: readonly string[]
}

/** Running totals at one moment. */
export type Reading = {
  readonly atSeconds: number
  readonly metric: string
  readonly stratum?: string
  readonly weight?: number
  readonly stable?: Counters
  readonly canary: Counters
}

/** Increments between readings, with the odd ones left out and said: resets, late series, changes of the canary's weight. */
export function looksBetween(readings: readonly Reading[]): Series {
  const looks: Look[] = []
  const notes: string[] = []
  const last = new Map<string, Reading>()
  for (const reading of readings) {
    const key = JSON.stringify([reading.metric, reading.stratum])
    const before = last.get(key)
    last.set(key, reading)
    if (!before) continue
    const when = clock(reading.atSeconds)
    if (before.weight !== reading.weight) {
      notes.push(`${when}: the weight changed from ${before.weight} to ${reading.weight}; this interval is left out`)
      continue
    }
    const canary = countsFromCounters(before.canary, reading.canary)
    const stable = reading.stable && countsFromCounters(before.stable, reading.stable)
    notes.push(...sentences(when, 'canary', canary.notes), ...sentences(when, 'stable', stable?.notes ?? []))
    looks.push({
      atSeconds: reading.atSeconds,
      metric: reading.metric,
      ...(reading.stratum === undefined ? {} : { stratum: reading.stratum }),
      ...(stable === undefined ? {} : { stable: countOf(stable) }),
      canary: countOf(canary),
    })
  }
  return { looks, notes }
}

const countOf = ({ bad, total }: Count): Count => ({ bad, total })

const said: Readonly<Record<CounterNote['what'], string>> = {
  reset: 'began again at zero; what it has now is counted',
  shrank: 'fell without beginning again; nothing is counted for this interval',
  late: 'is seen for the first time; counted from here on',
  gone: 'is not there any more',
  torn: 'has more bad than total; nothing is counted for this interval',
}

const sentences = (when: string, arm: string, notes: readonly CounterNote[]): string[] =>
  notes.map(({ series, what }) => `${when}: ${arm}${series ? ` ${series}` : ''} ${said[what]}`)

/** 14:05:10, UTC. */
export const clock = (atSeconds: number): string => new Date(atSeconds * 1000).toISOString().slice(11, 19)
