import type { Chance } from './chance.ts'
import { count, planWith, type Share } from './rollouts.ts'
import { type Phase, smallLooks } from './small-looks.ts'

export type ErrorRate = {
  readonly rate: number
  readonly shares: string
  readonly falseStops: Share
  readonly falseGoes: Share
}

const looks = 10_000

/** One share all the time, or 10, 25, 50 % in thirds with a base rate that moves up and down between them. */
const courses: readonly {
  readonly shares: string
  readonly phases: (rate: number, harm: number) => readonly Phase[]
}[] = [
  ...[0.01, 0.1, 0.5].map((share) => ({
    shares: `${share * 100} %`,
    phases: (rate: number, harm: number) => [{ looks, share, stable: rate, canary: rate * harm }],
  })),
  {
    shares: '10, 25, 50 %, moving rate',
    phases: (rate: number, harm: number) =>
      [
        [0.1, 1],
        [0.25, 0.4],
        [0.5, 1.2],
      ].map(([share = 0, times = 1]) => ({
        looks: Math.round(looks / 3),
        share,
        stable: rate * times,
        canary: rate * times * harm,
      })),
  },
]

/**
 * Pairs of equal arms, and pairs with exactly the smallest harm (2 times), each 100,000 requests long and looked at after every
 * ten of them: how many stop, how many go, at any look.
 */
export function errorRates(
  pairs: number,
  chance: Chance,
  rates: readonly number[] = [0.001, 0.01, 0.1, 0.4],
): ErrorRate[] {
  const plan = planWith()
  return rates.flatMap((rate) =>
    courses.map(({ shares, phases }) => {
      const equal = smallLooks(plan, phases(rate, 1))
      const harmful = smallLooks(plan, phases(rate, 2))
      return {
        rate,
        shares,
        falseStops: count(pairs, () => equal(chance, 'stop').stop !== undefined),
        falseGoes: count(pairs, () => harmful(chance, 'go').go !== undefined),
      }
    }),
  )
}
