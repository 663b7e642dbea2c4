import type { Sample } from '../../packages/judge/src/index.ts'
import { observe, startTrial } from '../../packages/judge/src/index.ts'
import { binomial, type Chance } from './chance.ts'
import { count, planWith, type Share, stopsAfter } from './rollouts.ts'

export type Case = { readonly name: string; readonly mixed: Share; readonly apart: Share }

type Looks = Generator<Omit<Sample, 'metric'>>

const plan = planWith()

/** Traffic and rate double between two halves of an hour, and the weight changes at the half: one sample over both, or two. */
function* overWeights(chance: Chance, apart: boolean): Looks {
  for (let look = 0; look < 60; look += 1) {
    const halves = [
      { requests: 1000, share: 0.1, rate: 0.005 },
      { requests: 1000, share: 0.5, rate: 0.02 },
    ].map(({ requests, share, rate }) => ({
      stable: { bad: binomial(requests * (1 - share), rate, chance), total: requests * (1 - share) },
      canary: { bad: binomial(requests * share, rate, chance), total: requests * share },
    }))
    if (apart) yield* halves
    else {
      const sum = (arm: 'stable' | 'canary') => ({
        bad: halves.reduce((all, each) => all + each[arm].bad, 0),
        total: halves.reduce((all, each) => all + each[arm].total, 0),
      })
      yield { stable: sum('stable'), canary: sum('canary') }
    }
  }
}

/** Ten requests in flight fail at once, on a pod of either arm: 1 % of the requests, in bursts. */
function* bursts(chance: Chance): Looks {
  for (let look = 0; look < 1000; look += 1) {
    yield {
      stable: { bad: 10 * binomial(9, 0.01, chance), total: 90 },
      canary: { bad: 10 * binomial(1, 0.01, chance), total: 10 },
    }
  }
}

/** The base rate wanders between 0.1 % and 10 %, for both arms, while the share goes 10, 25, 50 %. */
export function* drifting(chance: Chance): Looks {
  let log = Math.log(0.01)
  for (let look = 0; look < 900; look += 1) {
    log = Math.min(Math.log(0.1), Math.max(Math.log(0.001), log + 0.3 * (chance() - 0.5)))
    const canary = 100 * ([0.1, 0.25, 0.5][Math.floor(look / 300)] ?? 0.5)
    const rate = Math.exp(log)
    yield {
      stable: { bad: binomial(100 - canary, rate, chance), total: 100 - canary },
      canary: { bad: binomial(canary, rate, chance), total: canary },
    }
  }
}

export function hardCases(rollouts: number, chance: Chance): Case[] {
  const together = planWith({ failsTogether: { unit: 'pod', most: 10 } })
  return [
    {
      name: 'samples over a change of weight while the base rate moves; taken apart',
      mixed: count(rollouts, () => stopsAfter(plan, overWeights(chance, false)) !== undefined),
      apart: count(rollouts, () => stopsAfter(plan, overWeights(chance, true)) !== undefined),
    },
    {
      name: 'bursts of ten on one pod, unnamed; named in the plan',
      mixed: count(rollouts, () => stopsAfter(plan, bursts(chance)) !== undefined),
      apart: count(rollouts, () => stopsAfter(together, bursts(chance)) !== undefined),
    },
  ]
}

export type Tenants = {
  readonly pooledMinutes: number
  readonly bestAloneMinutes: number | null
  readonly bestAloneFound: Share
  readonly falseStops: Share
  readonly falseOwnStops: Share
  readonly horizon: number
}

/** Two hundred tenants with five requests a minute, 10 % of them to the canary; a look a tenant every so many minutes. */
export function tenants(rollouts: number, chance: Chance, horizon = 600, every = 5): Tenants {
  const looks = (rate: number) => {
    return Array.from({ length: 200 }, (_, at) => {
      const total = 5 * every
      const ofCanary = binomial(total, 0.1, chance)
      return {
        stratum: `tenant-${at}`,
        stable: { bad: binomial(total - ofCanary, 0.01, chance), total: total - ofCanary },
        canary: { bad: binomial(ofCanary, rate, chance), total: ofCanary },
      }
    })
  }
  const run = (rate: number, minutes: number) => {
    let pool = startTrial(plan)
    let own = 0
    for (let minute = every; minute <= minutes; minute += every) {
      for (const look of looks(rate)) pool = observe(pool, { metric: 'errors', ...look })
      own = pool.metrics[0]?.strata.filter((each) => each.stopped).length ?? 0
      if (pool.stopped !== undefined) return { stopped: minute, own }
    }
    return { stopped: undefined, own }
  }
  let pooled = 0
  for (let at = 0; at < rollouts; at += 1) pooled += run(0.02, 10 * horizon).stopped ?? 10 * horizon
  const alone = bestAlone(rollouts, chance, 20_000)
  let own = 0
  const falseStops = count(rollouts, () => {
    const { stopped, own: many } = run(0.01, horizon)
    if (many > 0) own += 1
    return stopped !== undefined
  })
  return {
    pooledMinutes: pooled / rollouts,
    bestAloneMinutes: alone.minutes,
    bestAloneFound: alone.found,
    falseStops,
    falseOwnStops: {
      ...falseStops,
      share: own / rollouts,
      error: Math.sqrt((own / rollouts + 1 / rollouts) / rollouts),
    },
    horizon,
  }
}

/** The first of two hundred tenants that would stop, each judged by itself at a two-hundredth of alpha. */
function bestAlone(rollouts: number, chance: Chance, most: number) {
  const single = planWith({}, 0.05 / 200)
  let found = 0
  let minutes = 0
  for (let rollout = 0; rollout < rollouts; rollout += 1) {
    let best = most
    for (let tenant = 0; tenant < 200; tenant += 1) {
      let minute = 0
      const until = best
      const after = stopsAfter(
        single,
        (function* (): Looks {
          while (minute < until) {
            minute += 100
            const ofCanary = binomial(500, 0.1, chance)
            yield {
              stable: { bad: binomial(500 - ofCanary, 0.01, chance), total: 500 - ofCanary },
              canary: { bad: binomial(ofCanary, 0.02, chance), total: ofCanary },
            }
          }
        })(),
      )
      if (after !== undefined) best = Math.min(best, after * 100)
    }
    if (best < most) {
      found += 1
      minutes += best
    }
  }
  return { found: { share: found / rollouts, error: 0, of: rollouts }, minutes: found > 0 ? minutes / found : null }
}
