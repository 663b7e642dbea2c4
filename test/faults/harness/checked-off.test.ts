import { describe, expect, test } from 'vitest'
import type { PretendWorld } from '../../../apps/server/src/platform/adapters/pretend-world.ts'
import { checkedOff, type Facts } from './checked-off.ts'

const world = (effects: PretendWorld['effects']): PretendWorld => ({
  count: 0,
  servers: [],
  effects,
  records: {},
  acme: {},
})
const using = (...megabytes: readonly number[]) => megabytes.map((used) => ({ used, held: 500 }))
const none = { created: 0, rebuilt: 0, destroyed: 0, certificates: 0, mails: 0 }
const good: Facts = {
  orders: 2,
  kills: 1,
  killed: 1,
  hours: 30,
  followUps: 2,
  before: world(none),
  after: world({ ...none, created: 2, certificates: 3, mails: 8 }),
  memory: using(60, 110, 200, 108),
  live: 2,
  runsFailed: 0,
  followUpsDone: 4,
  renewalsDone: 1,
  noticesSent: 8,
  noticesInDoubt: 0,
  deadLettered: 0,
  withoutTrail: 0,
  owed: 0,
}
const broken = (facts: Partial<Facts>) =>
  checkedOff({ ...good, ...facts })
    .filter((each) => !each.kept)
    .map((each) => each.what)

describe('what a day promised', () => {
  test('is checked off where it was kept', () => {
    expect(broken({})).toEqual([])
  })

  test('is seen where it was broken: one lost, one doubled, one forgotten, one that grows', () => {
    expect(broken({ live: 1 })).toEqual(['every order is Live'])
    expect(broken({ after: world({ ...good.after.effects, created: 3 }) })).toEqual(['a host was made once for each'])
    expect(broken({ after: world({ ...good.after.effects, mails: 9 }) })).toEqual([
      'every mail went out once, or a person is asked',
    ])
    expect(broken({ followUpsDone: 3 })).toEqual(['every follow-up was made once'])
    for (const memory of [using(100, 100, 100, 180), using(100, 100, 100, Number.NaN), []])
      expect(broken({ memory })).toEqual(['memory of the node that lived all day is flat'])
  })
})
