import { addSeconds, seconds } from '../../platform/clock.ts'
import type { Plan } from './plan-catalogue.ts'

export type WaitingFor = 'us' | 'customer' | 'provider'

export type Pause = {
  readonly cause: string
  readonly waitingFor: WaitingFor
  readonly from: Date
  readonly to: Date | undefined
}

/** The promise to the customer: `allowanceSeconds` from the payment on (S0-153, S0-154). */
export type SlaClock = { readonly startedAt: Date; readonly allowanceSeconds: number }

const riskShare = 0.75

/** A warm host is assumed until the pool was found empty. */
export const allowanceOf = (plan: Plan, warm: boolean): number =>
  (warm ? plan.sla.warmHours : plan.sla.onDemandHours) * 3600

/**
 * When the order is due: the allowance after the payment, later by every time it waited for the customer. Our own
 * failures, approvals and the provider's capacity do not move it, and neither does a pause that begins when it is over.
 */
export function dueAt(clock: SlaClock, pauses: readonly Pause[], at: Date): Date {
  let due = addSeconds(clock.startedAt, clock.allowanceSeconds)
  for (const span of customerSpans(clock, pauses, at)) {
    if (span.from < due) due = addSeconds(due, seconds(span.from, span.to))
  }
  return due
}

/** When three quarters of the allowance are used up. */
export const riskAt = (clock: SlaClock, due: Date): Date => addSeconds(due, -clock.allowanceSeconds * (1 - riskShare))

/** Seconds on the customer's clock (which stops for the customer) and on ours (which never stops). */
export function elapsed(
  clock: SlaClock,
  pauses: readonly Pause[],
  at: Date,
): { readonly customer: number; readonly internal: number } {
  const internal = Math.max(0, seconds(clock.startedAt, at))
  const paused = customerSpans(clock, pauses, at).reduce((sum, span) => sum + seconds(span.from, span.to), 0)
  return { internal, customer: Math.max(0, internal - paused) }
}

export const waitsForCustomer = (pauses: readonly Pause[]): boolean =>
  pauses.some((pause) => pause.to === undefined && pause.waitingFor === 'customer')

type Span = { readonly from: Date; readonly to: Date }

/** The times that count as the customer's, without overlap, in order, from the start of the clock to `at`. */
function customerSpans(clock: SlaClock, pauses: readonly Pause[], at: Date): readonly Span[] {
  const spans = pauses
    .filter((pause) => pause.waitingFor === 'customer')
    .map((pause) => ({ from: later(pause.from, clock.startedAt), to: earlier(pause.to ?? at, at) }))
    .filter((span) => span.from < span.to)
    .sort((a, b) => a.from.getTime() - b.from.getTime())
  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last && span.from <= last.to) merged[merged.length - 1] = { from: last.from, to: later(last.to, span.to) }
    else merged.push(span)
  }
  return merged
}

const later = (a: Date, b: Date) => (a > b ? a : b)
const earlier = (a: Date, b: Date) => (a < b ? a : b)
