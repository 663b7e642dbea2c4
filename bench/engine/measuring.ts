import { join } from 'node:path'

export const migrations = join(import.meta.dirname, '../../apps/server/migrations')

export type Spread = { readonly median: number; readonly p95: number }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { median: at(0.5), p95: at(0.95) }
}

/** Does each of so many with so many at once; answers how long each took, in milliseconds, and all, in seconds. */
export async function hammer(
  count: number,
  atOnce: number,
  work: (place: number) => Promise<unknown>,
): Promise<{ readonly each: Spread; readonly perSecond: number }> {
  const took: number[] = []
  let next = 0
  const began = performance.now()
  const one = async () => {
    while (next < count) {
      const place = next
      next += 1
      const at = performance.now()
      await work(place)
      took.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return { each: spreadOf(took), perSecond: count / ((performance.now() - began) / 1000) }
}
