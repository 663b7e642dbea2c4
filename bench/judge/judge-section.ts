import { percent } from '../../packages/judge/src/because.ts'
import type { ErrorRate } from './error-rates.ts'
import type { Case, Tenants } from './hard-cases.ts'
import type { Go, HighRate, Requests } from './requests-until.ts'
import type { Race, Share } from './rollouts.ts'
import type { Cost } from './sample-cost.ts'

export type Measured = {
  readonly date: string
  readonly seed: number
  readonly pairs: number
  readonly seconds: number
  readonly errors: readonly ErrorRate[]
  readonly stops: readonly Requests[]
  readonly goes: readonly Go[]
  readonly high: readonly HighRate[]
  readonly races: readonly (readonly Race[])[]
  readonly cases: readonly Case[]
  readonly wandering: Share
  readonly tenants: Tenants
  readonly cost: Cost
}

const share = ({ share: value, error }: Share): string => `${(value * 100).toFixed(2)} ± ${(error * 100).toFixed(2)} %`
const two = (value: number): string => value.toFixed(2)
/** As Markdown; the type of a row does not say how many cells it has, so the table looks. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.some((row) => row.length !== head.length))
    throw new Error(`A row is not as wide as its head: ${head.join(', ')}`)
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map((_, at) => (at === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

/** The section of docs/performance.md, heading included. */
export function judgeSection(measured: Measured): string {
  const { errors, stops, goes, high, races, cases, wandering, tenants, cost } = measured
  const most = (pick: (each: ErrorRate) => Share) =>
    errors.map(pick).reduce((one, other) => (other.share > one.share ? other : one))
  return `## Verdicts of the judge

Written by \`npm run bench:judge\` (${measured.date}, seed ${measured.seed}, ${measured.pairs.toLocaleString('en-US')} pairs, ${Math.round(measured.seconds)} s of one core); ± is one standard error of the simulation.
Unless said otherwise: alpha 5 %, beta 5 %, smallest harm 2 times.

### Wrong decisions

Two arms, 100,000 requests, a look after every ten, each request to an arm by chance. Most false stops ${share(most((each) => each.falseStops))} (allowed: 5 %), most
false goes at exactly the smallest harm ${share(most((each) => each.falseGoes))} (allowed: 5 %).

${table(
  ['bad rate', "canary's share", 'false stops, equal arms', 'false goes, twice as bad'],
  errors.map((each) => [percent(each.rate), each.shares, share(each.falseStops), share(each.falseGoes)]),
)}

A base rate that wanders between 0.1 % and 10 % for both arms while the share goes 10, 25, 50 % (90,000 requests, looks of 100): false stops ${share(wandering)}.

### Requests until stop

Multiples of Wald's bound for both rates known, in requests to the canary; the plan's smallest harm is the harm there is. "Known" is held against an objective,
"long-run" is a stable arm with 99 times the traffic. The goal is at most 1.5 with a long-run stable arm: ${stops.map((each) => `${percent(each.from)} -> ${percent(each.to)} at alpha ${each.alpha}: ${each.longRun <= 1.5 ? 'met' : '**not met**'}`).join('; ')}.
Wald's bound leaves out by how much the last bad request carries a test over its threshold, which is much where two or three of them decide;
his own test, simulated, is in the table. "At least" is what any method must pay that has to learn the stable rate from an arm of the same size.

${table(
  ['harm', 'alpha', "Wald's bound", "Wald's test", 'known', 'long-run', 'share 10 %', 'two equal arms', '(at least)'],
  stops.map((each) => [
    `${percent(each.from)} -> ${percent(each.to)}`,
    String(each.alpha),
    each.wald.toFixed(0),
    ...[each.sprt, each.known, each.longRun, each.tenth, each.equalArms, each.equalArmsLeast].map(two),
  ]),
)}

At high base rates the bound behind the promise is loose, and this is its price (same multiples, alpha 5 %):

${table(
  ['harm', 'share 10 %', '(at least)', 'two equal arms', '(at least)'],
  high.map((each) => [
    `${percent(each.from)} -> ${percent(each.to)}`,
    ...[each.tenth, each.tenthLeast, each.equalArms, each.equalArmsLeast].map(two),
  ]),
)}

### Requests until go

Equal arms, against the other side of Wald's test (multiples of its bound).

${table(
  ['bad rate', "Wald's bound", 'long-run', 'share 10 %', 'two equal arms'],
  goes.map((each) => [
    percent(each.rate),
    each.wald.toFixed(0),
    two(each.longRun),
    two(each.tenth),
    two(each.equalArms),
  ]),
)}

### Against what is in use, on the same streams

1,000 requests a minute, 10 % to the canary, a look every minute for 100 minutes.

${races
  .map((rows, at) =>
    table(
      [at === 0 ? '1 % -> 2 %' : '1 % -> 5 %', 'false stops, equal arms', 'found', 'minutes until found'],
      rows.map((each) => [
        each.name,
        share(each.falseStops),
        share(each.found),
        each.minutes === null ? '-' : each.minutes.toFixed(1),
      ]),
    ),
  )
  .join('\n\n')}

### What breaks the promise when it is not said

False stops of equal arms:

${table(
  ['case', 'not said', 'said'],
  cases.map((each) => [each.name, share(each.mixed), share(each.apart)]),
)}

### Many small tenants

200 tenants with 5 requests a minute each, 10 % to the canary, 1 % -> 2 %: pooled they stop after **${tenants.pooledMinutes.toFixed(0)} minutes**. The first of them to find it alone
(each at a two-hundredth of alpha) takes ${tenants.bestAloneMinutes === null ? 'longer than was simulated' : `${tenants.bestAloneMinutes.toFixed(0)} minutes`}. Equal arms for ${tenants.horizon} minutes: false stops ${share(tenants.falseStops)}, rollouts in which a tenant wrongly stops for itself
${share(tenants.falseOwnStops)} (of ${tenants.falseStops.of}).

### Cost

One core, processor time: observe ${cost.observe.toFixed(1)} microseconds a sample, observe and verdict ${cost.both.toFixed(1)} (goal: below 20, ${cost.both < 20 ? 'met' : '**not met**'}), in 200 strata
${cost.bothInStrata.toFixed(1)}. A trial as JSON: ${(cost.oneStratum / 1000).toFixed(1)} kB, with 200 strata ${(cost.strata / 1000).toFixed(0)} kB (goal: below 4, **not met**: each stratum keeps eight numbers of evidence, its counts and the
marks of its last eight ids; it does not grow with the number of looks).
`
}
