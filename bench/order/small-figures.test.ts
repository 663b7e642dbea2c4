import { describe, expect, test } from 'vitest'
import { ratioOf, tableOf } from './performance-page.ts'
import { median, percentile } from './small-figures.ts'

const run = (seconds: number, ...steps: readonly (readonly [string, number])[]) => ({
  seconds,
  steps: steps.map(([name, each]) => ({ name, seconds: each })),
  busyBefore: 0,
})

describe('figures of the benchmark', () => {
  test('a median lies between the two in the middle, where there are two', () => {
    expect(median([4, 1, 3])).toBe(3)
    expect(median([4, 1])).toBe(2.5)
  })

  test('a percentile is one of the values, and the highest for a share of nearly all', () => {
    const values = Array.from({ length: 50 }, (_, at) => 50 - at)

    expect([percentile(values, 0.5), percentile(values, 0.95)]).toEqual([25, 48])
  })

  test('the ratio is of wall times, so gaps between steps count', () => {
    const nexus = [run(26, ['get a host', 20])]

    expect(ratioOf({ nexus, bare: [run(20, ['get a host', 20])] })).toBe(1.3)
  })

  test('a step of Nexus that the bare script has no part for is shown as its own', () => {
    const small = {
      webhook: { posts: 1, p50: 1, p95: 1 },
      helpSeconds: 1,
      secondBaseline: { seconds: 1, changed: 0, wallSeconds: 1 },
    }
    const nexus = [run(12, ['get a host', 2], ['prove the sign-in', 7])]

    const table = tableOf({ date: '', nexus, bare: [run(10, ['get a host', 9])], small })

    expect(table).toMatch(/only Nexus.* 7\.0 +0\.0/)
    expect(table).toMatch(/between the steps.* 3\.0 +1\.0/)
  })
})
