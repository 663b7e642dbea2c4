/** A plain limit for what is no count: memory, share of a core. */
export type GaugeLimit = {
  readonly name: string
  readonly limit: number
  /** So long it must stay above the limit without a break. */
  readonly holdSeconds: number
  /** Longer than this without a reading and nobody knows. */
  readonly staleSeconds: number
}

export type GaugeWatch = {
  readonly plan: GaugeLimit
  readonly last?: { readonly value: number; readonly atSeconds: number }
  /** Since when every reading was above the limit. */
  readonly aboveSince?: number
}

export type GaugeState = 'within' | 'above' | 'exceeded' | 'unknown'

export const watchGauge = (plan: GaugeLimit): GaugeWatch => ({ plan })

/** A reading that is not newer than the last one, or is no number, changes nothing. */
export function observeGauge(
  watch: GaugeWatch,
  reading: { readonly value: number; readonly atSeconds: number },
): GaugeWatch {
  const { plan, last, aboveSince } = watch
  if (!Number.isFinite(reading.value) || (last && reading.atSeconds <= last.atSeconds)) return watch
  if (reading.value <= plan.limit) return { plan, last: reading }
  const broken = !last || reading.atSeconds - last.atSeconds > plan.staleSeconds
  return { plan, last: reading, aboveSince: broken ? reading.atSeconds : (aboveSince ?? reading.atSeconds) }
}

export function gaugeState({ plan, last, aboveSince }: GaugeWatch, atSeconds: number): GaugeState {
  if (!last || atSeconds - last.atSeconds > plan.staleSeconds) return 'unknown'
  if (aboveSince === undefined) return 'within'
  return last.atSeconds - aboveSince >= plan.holdSeconds ? 'exceeded' : 'above'
}
