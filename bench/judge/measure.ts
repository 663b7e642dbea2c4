import { chanceOf } from './chance.ts'
import { errorRates } from './error-rates.ts'
import { drifting, hardCases, tenants } from './hard-cases.ts'
import type { Measured } from './judge-section.ts'
import { highRates, requestsUntilGo, requestsUntilStop } from './requests-until.ts'
import { fixedThreshold, repeatedMannWhitney, repeatedZ, sprt } from './rivals.ts'
import { count, judgeAsRival, planWith, race, stopsAfter } from './rollouts.ts'
import { sampleCost } from './sample-cost.ts'

type Wanted = {
  readonly pairs: number
  readonly seed: number
  readonly date: string
  readonly say: (line: string) => void
}

/** Everything, in sizes that follow from the number of pairs. Each part has its own chance, so that parts can be repeated alone. */
export function measure({ pairs, seed, date, say }: Wanted): Measured {
  const part = <T>(name: string, at: number, work: (chance: () => number) => T): T => {
    say(name)
    return work(chanceOf(seed * 1000 + at))
  }
  const began = process.cpuUsage()
  const some = Math.max(10, Math.round(pairs / 5))
  const few = Math.max(3, Math.round(pairs / 50))
  const errors = part('wrong decisions', 1, (chance) => errorRates(pairs, chance))
  const stops = part('requests until stop', 2, (chance) =>
    [0.05, 0.01].flatMap((alpha) => requestsUntilStop(some, chance, alpha)),
  )
  const goes = part('requests until go', 3, (chance) => requestsUntilGo(some, chance))
  const high = part('high rates', 4, (chance) => highRates(some, chance))
  const races = [0.02, 0.05].map((bad, at) =>
    part(`beside others, 1 % -> ${bad * 100} %`, 5 + at, (chance) =>
      race(
        [
          judgeAsRival(planWith()),
          sprt(0.01, bad, 0.05, 0.05),
          repeatedZ,
          repeatedMannWhitney,
          fixedThreshold(0.02),
          fixedThreshold(0.05),
        ],
        { requests: 1000, share: 0.1, good: 0.01, bad, minutes: 100 },
        some,
        chance,
      ),
    ),
  )
  const cases = part('what breaks the promise', 7, (chance) => hardCases(few * 2, chance))
  const wandering = part('a wandering base rate', 10, (chance) =>
    count(some, () => stopsAfter(planWith(), drifting(chance)) !== undefined),
  )
  const pool = part('tenants', 8, (chance) => tenants(few, chance))
  const cost = part('cost', 9, () => sampleCost(Math.min(200_000, 20_000 + pairs * 20)))
  const used = process.cpuUsage(began)
  const seconds = (used.user + used.system) / 1e6
  return { date, seed, pairs, seconds, errors, stops, goes, high, races, cases, wandering, tenants: pool, cost }
}
