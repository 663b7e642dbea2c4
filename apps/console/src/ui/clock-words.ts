/** What an order says about its time; everything here is told the time and asks no clock. */
export type ClockedOrder = {
  readonly state: string
  readonly waitingFor?: string
  readonly clockStartedAt?: string
  readonly dueAt?: string
  readonly riskAt?: string
  readonly atRiskAt?: string
  readonly breachedAt?: string
  readonly liveAt?: string
}

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'unsure' | 'later' | 'quiet'
export type Said = { readonly text: string; readonly tone: Tone }

/** The stored due time of such an order says nothing: it moves on when the order does. */
export const stopped = 'clock stopped'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Two units at most: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function spanWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < minute) return `${whole} s`
  if (whole < hour) return `${Math.floor(whole / minute)} min`
  if (whole < day) return pair(Math.floor(whole / hour), 'h', Math.floor((whole % hour) / minute), 'min')
  return pair(Math.floor(whole / day), 'd', Math.floor((whole % day) / hour), 'h')
}

const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`

/** For a step under way or done: tenths below ten seconds, then `1 min 05 s`. */
export function stepWords(seconds: number): string {
  const told = Math.max(0, seconds)
  if (told < 10) return `${(Math.floor(told * 10) / 10).toFixed(1)} s`
  if (told < minute) return `${Math.floor(told)} s`
  if (told < hour) return `${Math.floor(told / minute)} min ${String(Math.floor(told % minute)).padStart(2, '0')} s`
  return spanWords(told)
}

/**
 * The due time in people's words. While an order waits for the customer its clock stands still, so it does not run
 * over; the due time that was stored moves when the order goes on.
 */
export function dueWords(order: ClockedOrder, now: number): Said {
  if (order.state === 'Cancelled') return { text: 'cancelled', tone: 'quiet' }
  if (order.dueAt === undefined) return { text: 'no due time', tone: 'quiet' }
  const due = Date.parse(order.dueAt)
  if (order.liveAt !== undefined) return deliveredWords(due, Date.parse(order.liveAt))
  const left = (due - now) / 1000
  const late = order.breachedAt !== undefined
  if (order.waitingFor === 'customer' && !late) return { text: stopped, tone: 'quiet' }
  if (late || left < 0) return { text: `overdue ${spanWords(Math.abs(left))}`, tone: 'bad' }
  const risk = order.atRiskAt !== undefined || (order.riskAt !== undefined && Date.parse(order.riskAt) <= now)
  if (risk) return { text: `due in ${spanWords(left)}, at risk`, tone: 'warn' }
  return { text: `due in ${spanWords(left)}`, tone: 'plain' }
}

const deliveredWords = (due: number, live: number): Said =>
  live > due
    ? { text: `delivered ${spanWords((live - due) / 1000)} late`, tone: 'bad' }
    : { text: 'delivered in time', tone: 'good' }

/** Since the payment, until it was live; undefined when no clock has started. */
export function elapsedSeconds(order: ClockedOrder, now: number): number | undefined {
  if (order.clockStartedAt === undefined) return undefined
  const end = order.liveAt === undefined ? now : Date.parse(order.liveAt)
  return Math.max(0, (end - Date.parse(order.clockStartedAt)) / 1000)
}

/** How long a step took, or has been under way. */
export const secondsOfStep = (
  step: { readonly startedAt: string; readonly endedAt?: string; readonly seconds?: number },
  now: number,
): number => step.seconds ?? ((step.endedAt ? Date.parse(step.endedAt) : now) - Date.parse(step.startedAt)) / 1000
