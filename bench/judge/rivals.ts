import { binomial, type Chance } from './chance.ts'

/** One minute of both arms, as every method sees it. */
export type Minute = {
  readonly stableBad: number
  readonly stable: number
  readonly canaryBad: number
  readonly canary: number
}

/** Takes a minute after the other and says when it would stop the rollout. */
export type Rival = { readonly name: string; readonly start: () => (minute: Minute) => boolean }

/** The usual z-test of two proportions on all counts so far, looked at again every minute, one-sided at 5 %. */
export const repeatedZ: Rival = {
  name: 'z-test, again every look',
  start: () => {
    let [stableBad, stable, canaryBad, canary] = [0, 0, 0, 0]
    return (minute) => {
      stableBad += minute.stableBad
      stable += minute.stable
      canaryBad += minute.canaryBad
      canary += minute.canary
      const pooled = (stableBad + canaryBad) / (stable + canary)
      const spread = Math.sqrt(pooled * (1 - pooled) * (1 / stable + 1 / canary))
      return spread > 0 && (canaryBad / canary - stableBad / stable) / spread > 1.6449
    }
  },
}

/** As Kayenta does it: the rates of each minute as two series, Mann-Whitney with ties, 98 %, and more than 1.2 times in the mean. */
export const repeatedMannWhitney: Rival = {
  name: 'Mann-Whitney on minutes (Kayenta), again every look',
  start: () => {
    const stable: number[] = []
    const canary: number[] = []
    return (minute) => {
      stable.push(minute.stableBad / minute.stable)
      canary.push(minute.canaryBad / minute.canary)
      if (canary.length < 5) return false
      return meanOf(canary) > 1.2 * meanOf(stable) && mannWhitney(canary, stable) > 2.3263
    }
  },
}

/** A rule as it is often written: the canary's rate over the last five minutes is above a fixed limit. */
export const fixedThreshold = (limit: number): Rival => ({
  name: `${limit * 100} % in the last 5 minutes`,
  start: () => {
    const last: Minute[] = []
    return (minute) => {
      last.push(minute)
      if (last.length > 5) last.shift()
      const bad = last.reduce((sum, each) => sum + each.canaryBad, 0)
      const total = last.reduce((sum, each) => sum + each.canary, 0)
      return last.length === 5 && bad / total > limit
    }
  },
})

/** Wald's test with both rates known: what nobody has, and the least that any method can need. */
export const sprt = (good: number, bad: number, alpha: number, beta: number): Rival => ({
  name: "Wald's SPRT, both rates known",
  start: () => {
    const up = Math.log((1 - beta) / alpha)
    const down = Math.log(beta / (1 - alpha))
    let log = 0
    let ended: boolean | undefined
    return ({ canaryBad, canary }) => {
      log += canaryBad * Math.log(bad / good) + (canary - canaryBad) * Math.log((1 - bad) / (1 - good))
      if (ended === undefined && (log >= up || log <= down)) ended = log >= up
      return ended === true
    }
  },
})

export const minuteOf = (chance: Chance, requests: number, share: number, stable: number, canary: number): Minute => {
  const ofCanary = Math.round(requests * share)
  return {
    stableBad: binomial(requests - ofCanary, stable, chance),
    stable: requests - ofCanary,
    canaryBad: binomial(ofCanary, canary, chance),
    canary: ofCanary,
  }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

/** How many standard deviations the first series ranks above the second, with the correction for ties. */
export function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const all = [
    ...one.map((value) => ({ value, first: true })),
    ...other.map((value) => ({ value, first: false })),
  ].sort((a, b) => a.value - b.value)
  let ranks = 0
  let ties = 0
  for (let at = 0; at < all.length; ) {
    let end = at
    while (end < all.length && all[end]?.value === all[at]?.value) end += 1
    const rank = (at + 1 + end) / 2
    for (let index = at; index < end; index += 1) if (all[index]?.first) ranks += rank
    ties += (end - at) ** 3 - (end - at)
    at = end
  }
  const [n, m, total] = [one.length, other.length, all.length]
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))))
  return spread > 0 ? (ranks - (n * (n + 1)) / 2 - (n * m) / 2 - 0.5) / spread : 0
}
