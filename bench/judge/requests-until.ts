import { binomial, type Chance } from './chance.ts'
import { planWith, stopsAfter } from './rollouts.ts'
import { smallLooks } from './small-looks.ts'

export type Requests = {
  readonly from: number
  readonly to: number
  readonly alpha: number
  /** Wald's bound for both rates known, in requests to the canary. */
  readonly wald: number
  /** Wald's own test, simulated: its bound leaves out by how much the last request carries it over. */
  readonly sprt: number
  /** The judge, as a multiple of the bound: against a known rate, with a long-run stable arm (1 %), at 10 %, with two equal arms. */
  readonly known: number
  readonly longRun: number
  readonly tenth: number
  readonly equalArms: number
  /** What two equal arms cost any method that does not know the stable rate, as a multiple of the bound. */
  readonly equalArmsLeast: number
}

const beta = 0.05
const divergence = (p: number, q: number): number => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))

/** What not knowing the stable rate costs any method: how much less a request to the canary says, at a share. */
function leastAt(share: number, from: number, to: number): number {
  const middle = share * to + (1 - share) * from
  return divergence(to, from) / (divergence(to, middle) + ((1 - share) / share) * divergence(from, middle))
}

/** Expected requests until Wald's test says what is true, by his formula. */
export const waldBound = (truth: number, other: number, wrongly: number, missed: number): number =>
  ((1 - missed) * Math.log((1 - missed) / wrongly) + missed * Math.log(missed / (1 - wrongly))) /
  divergence(truth, other)

export function requestsUntilStop(rollouts: number, chance: Chance, alpha: number): Requests[] {
  return (
    [
      [0.01, 0.02],
      [0.01, 0.05],
      [0.001, 0.01],
    ] as const
  ).map(([from, to]) => {
    const wald = waldBound(to, from, alpha, beta)
    const plan = planWith({ smallestHarm: { ratio: to / from } }, alpha, beta)
    const against = (share: number, look: number) => {
      const run = smallLooks(plan, [{ looks: 1e7, share, stable: from, canary: to }], look)
      return mean(rollouts, () => run(chance, 'stop').stop?.canary ?? Number.NaN) / wald
    }
    return {
      from,
      to,
      alpha,
      wald,
      sprt: mean(rollouts, () => sprtRequests(from, to, alpha, chance)) / wald,
      known: mean(rollouts, () => knownRate(from, to, alpha, chance)) / wald,
      longRun: against(0.01, 100),
      tenth: against(0.1, 10),
      equalArms: against(0.5, 10),
      equalArmsLeast: leastAt(0.5, from, to),
    }
  })
}

/** Wald's test until it ends either way, as his bound counts. */
function sprtRequests(good: number, bad: number, alpha: number, chance: Chance): number {
  const [up, down] = [Math.log((1 - beta) / alpha), Math.log(beta / (1 - alpha))]
  const [one, none] = [Math.log(bad / good), Math.log((1 - bad) / (1 - good))]
  let log = 0
  let requests = 0
  while (log < up && log > down) {
    log += chance() < bad ? one : none
    requests += 1
  }
  return requests
}

function knownRate(good: number, bad: number, alpha: number, chance: Chance): number {
  const plan = planWith({ smallestHarm: { ratio: bad / good }, objective: good }, alpha, beta)
  const look = Math.max(1, Math.round(0.1 / bad))
  const samples = function* () {
    for (;;) yield { canary: { bad: binomial(look, bad, chance), total: look } }
  }
  return (stopsAfter(plan, samples()) ?? Number.NaN) * look
}

export type Go = {
  readonly rate: number
  readonly wald: number
  readonly longRun: number
  readonly tenth: number
  readonly equalArms: number
}

/** Requests until `go` for equal arms, against the other side of Wald's test. */
export function requestsUntilGo(rollouts: number, chance: Chance, alpha = 0.05): Go[] {
  return [0.001, 0.01, 0.1].map((rate) => {
    const wald = waldBound(rate, 2 * rate, beta, alpha)
    const against = (share: number, look: number) => {
      const run = smallLooks(planWith({}, alpha, beta), [{ looks: 1e7, share, stable: rate, canary: rate }], look)
      return mean(rollouts, () => run(chance, 'go').go?.canary ?? Number.NaN) / wald
    }
    return { rate, wald, longRun: against(0.01, 100), tenth: against(0.1, 10), equalArms: against(0.5, 10) }
  })
}

export type HighRate = {
  readonly from: number
  readonly to: number
  readonly tenth: number
  readonly tenthLeast: number
  readonly equalArms: number
  readonly equalArmsLeast: number
}

/** The price of the bound at high base rates: the judge against Wald's bound. */
export function highRates(rollouts: number, chance: Chance): HighRate[] {
  return (
    [
      [0.1, 0.2],
      [0.2, 0.4],
      [0.4, 0.8],
    ] as const
  ).map(([from, to]) => {
    const wald = waldBound(to, from, 0.05, beta)
    const against = (share: number) => {
      const run = smallLooks(planWith(), [{ looks: 1e6, share, stable: from, canary: to }])
      return mean(rollouts, () => run(chance, 'stop').stop?.canary ?? Number.NaN) / wald
    }
    return {
      from,
      to,
      tenth: against(0.1),
      tenthLeast: leastAt(0.1, from, to),
      equalArms: against(0.5),
      equalArmsLeast: leastAt(0.5, from, to),
    }
  })
}

function mean(many: number, each: () => number): number {
  let sum = 0
  for (let at = 0; at < many; at += 1) sum += each()
  return sum / many
}
