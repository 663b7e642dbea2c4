import type { PretendWorld } from '../../../apps/server/src/platform/adapters/pretend-world.ts'
import { effectsBetween } from './world-shape.ts'

/** Megabytes of a process: what it holds of the machine, and what its program uses, with garbage not collected yet. */
export type Memory = { readonly held: number; readonly used: number }

/** What a day left behind, in the rows of Nexus and in the world. */
export type Facts = {
  readonly orders: number
  readonly kills: number
  readonly killed: number
  readonly hours: number
  readonly followUps: number
  readonly before: PretendWorld
  readonly after: PretendWorld
  /** Of the node that lived all day, order by order. */
  readonly memory: readonly Memory[]
  readonly live: number
  readonly runsFailed: number
  readonly followUpsDone: number
  readonly renewalsDone: number
  readonly noticesSent: number
  readonly noticesInDoubt: number
  readonly deadLettered: number
  readonly withoutTrail: number
  readonly owed: number
}

export type Promised = { readonly what: string; readonly kept: boolean; readonly seen: string }

/** Promise by promise, with what was seen. */
export function checkedOff(facts: Facts): readonly Promised[] {
  const did = effectsBetween(facts.before, facts.after)
  const exactly = (what: string, seen: number, wanted: number): Promised => ({
    what,
    kept: seen === wanted,
    seen: `${seen} of ${wanted}`,
  })
  const quarter = Math.ceil(facts.memory.length / 4)
  // The first quarter fills caches. The lowest of a quarter is what was left when garbage had just been collected.
  const lowest = (some: readonly Memory[]) => Math.min(...some.map(({ used }) => used))
  const early = lowest(facts.memory.slice(quarter, 2 * quarter))
  const late = lowest(facts.memory.slice(-quarter))
  const held = Math.max(...facts.memory.map((each) => each.held))
  return [
    { what: 'a day was simulated', kept: facts.hours >= 24, seen: `${facts.hours.toFixed(1)} hours` },
    exactly('nodes were killed at random', facts.killed, facts.kills),
    exactly('every order is Live', facts.live, facts.orders),
    exactly('a host was made once for each', did.created, facts.orders),
    exactly('no host was rebuilt or destroyed', did.rebuilt + did.destroyed, 0),
    exactly(
      'a certificate was signed once for each order and each renewal',
      did.certificates,
      facts.orders + facts.renewalsDone,
    ),
    { what: 'certificates were renewed', kept: facts.renewalsDone > 0, seen: String(facts.renewalsDone) },
    exactly('every follow-up was made once', facts.followUpsDone, facts.orders * facts.followUps),
    {
      what: 'every mail went out once, or a person is asked',
      kept: did.mails >= facts.noticesSent && did.mails <= facts.noticesSent + facts.noticesInDoubt,
      seen: `${did.mails} mails, ${facts.noticesSent} sent, ${facts.noticesInDoubt} in doubt`,
    },
    exactly('no run failed', facts.runsFailed, 0),
    exactly('no run was given up by the engine', facts.deadLettered, 0),
    exactly('nothing is owed any more', facts.owed, 0),
    exactly('every order has its trail', facts.withoutTrail, 0),
    {
      what: 'memory of the node that lived all day is flat',
      kept: Number.isFinite(early) && late <= early * 1.4,
      seen: `${early.toFixed(0)} MB used in the second quarter, ${late.toFixed(0)} MB in the last; at most ${held.toFixed(0)} MB held`,
    },
  ]
}
