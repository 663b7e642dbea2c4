let offsetMilliseconds = 0

/** The one source of time, so that a test can move it. */
export const now = (): Date => new Date(Date.now() + offsetMilliseconds)

/** Moves the clock of this process; only the development door of app/ and tests call it. */
export function moveClock(milliseconds: number): void {
  offsetMilliseconds += milliseconds
}

export const seconds = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000

export const addSeconds = (at: Date, amount: number): Date => new Date(at.getTime() + amount * 1000)
