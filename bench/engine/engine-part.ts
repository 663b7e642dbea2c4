import type { Intake, Reads } from './doors.ts'
import type { DurableSteps } from './durable-steps.ts'
import type { Spread } from './measuring.ts'
import { stepsEach } from './rounds.ts'

export type EngineMeasured = {
  readonly date: string
  /** Load of the machine before, in runnable processes a core. */
  readonly loadBefore: number
  readonly steps: DurableSteps
  readonly few: Reads
  readonly many: Reads
  readonly taken: Intake
}

export const goals = { steps: 0.9, lists: 1.3 }

const one = (value: number) => value.toFixed(1)
const met = (holds: boolean) => (holds ? 'met' : '**not met**')
const pair = ({ median, p95 }: Spread) => `${one(median)} / ${one(p95)}`

/** The part of docs/performance.md that this command writes. */
export function enginePart({ date, loadBefore, steps, few, many, taken }: EngineMeasured): string {
  const ratio = steps.ours.perSecond / steps.raw.perSecond
  const byItself = steps.raw.alone.median / steps.ours.alone.median
  const lists = many.first.each.median / few.first.each.median
  const deep = many.deep.each.median / few.deep.each.median
  return `## The engine and the doors

Written by \`npm run bench:engine\` (\`node bench/engine/main.ts\`); a run replaces this part. ${date}, load before ${one(loadBefore)} a core.${
    loadBefore > 0.5 ? ' **The machine was not quiet: only the ratios say something, and less surely.**' : ''
  }

Durable steps a second: **${ratio.toFixed(2)} times the engine alone** (goal: at least ${goals.steps}, ${met(ratio >= goals.steps)}). Nexus shows each step to
whoever watches (begun, ended, by whom), asks before each whether the run is still its own, and keeps how it ended; the
engine alone only remembers answers. What the engine itself asks at each step costs Nexus less: its connections plan that once.
On such connections the engine alone does ${(steps.rawOnOurs.perSecond / steps.raw.perSecond).toFixed(2)} times as many. A flow that runs by itself goes **${byItself.toFixed(2)} times as fast** as by the engine
alone (goal: at least ${goals.steps}, ${met(byItself >= goals.steps)}): it waits for one question more a step.

| ${steps.flows} flows of ${stepsEach} empty steps at once, medians of ${steps.rounds} rounds in turns | Nexus | DBOS alone | on connections of Nexus |
| --- | ---: | ---: | ---: |
| steps a second | ${one(steps.ours.perSecond)} | ${one(steps.raw.perSecond)} | ${one(steps.rawOnOurs.perSecond)} |
| one flow alone, p50 / p95 | ${pair(steps.ours.alone)} ms | ${pair(steps.raw.alone)} ms | ${pair(steps.rawOnOurs.alone)} ms |

| ${taken.posts} orders by signed webhook, 10 at once | a second | p50 / p95 |
| --- | ---: | ---: |
| one node (order, ticket, receipt, trail and run in one transaction) | ${one(taken.oneNode.perSecond)} | ${pair(taken.oneNode.each)} ms |
| two nodes | ${one(taken.twoNodes.perSecond)} | ${pair(taken.twoNodes.each)} ms |
| a bare INSERT of the same text | ${one(taken.bare.perSecond)} | ${pair(taken.bare.each)} ms |

Lists: the first page is **${lists.toFixed(2)} times** as slow with ${many.orders} orders as with ${few.orders}, the next one ${deep.toFixed(2)} times (goal: at most ${goals.lists}, ${met(Math.max(lists, deep) <= goals.lists)}).

| pages of 5 orders, one after the other, p50 / p95 | ${few.orders} orders | ${many.orders} orders |
| --- | ---: | ---: |
| first page | ${pair(few.first.each)} ms | ${pair(many.first.each)} ms |
| second page | ${pair(few.deep.each)} ms | ${pair(many.deep.each)} ms |
`
}
