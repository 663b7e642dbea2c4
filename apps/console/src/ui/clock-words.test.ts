import { describe, expect, test } from 'vitest'
import { type ClockedOrder, dueWords, elapsedSeconds, secondsOfStep, spanWords, stepWords } from './clock-words.ts'

const now = Date.parse('2026-01-15T12:00:00Z')
const order: ClockedOrder = {
  state: 'Provisioning',
  waitingFor: 'us',
  clockStartedAt: '2026-01-15T09:00:00Z',
  dueAt: '2026-01-15T15:20:00Z',
  riskAt: '2026-01-15T13:00:00Z',
}

describe('the due time of an order', () => {
  test('is told as what is left', () => {
    expect(dueWords(order, now)).toEqual({ text: 'due in 3 h 20 min', tone: 'plain' })
  })

  test('says when it is at risk, whether the server said so or the moment has passed', () => {
    expect(dueWords({ ...order, atRiskAt: '2026-01-15T11:00:00Z' }, now).text).toBe('due in 3 h 20 min, at risk')
    expect(dueWords({ ...order, riskAt: '2026-01-15T12:00:00Z' }, now).tone).toBe('warn')
  })

  test('says by how much it is over', () => {
    expect(dueWords({ ...order, dueAt: '2026-01-15T11:48:00Z' }, now)).toEqual({ text: 'overdue 12 min', tone: 'bad' })
  })

  test('stands still while the customer is waited for, but does not hide that it was over before', () => {
    const waiting = { ...order, state: 'Blocked', waitingFor: 'customer', dueAt: '2026-01-15T11:00:00Z' }

    expect(dueWords(waiting, now)).toEqual({ text: 'clock stopped', tone: 'quiet' })
    expect(dueWords({ ...waiting, breachedAt: '2026-01-15T11:00:00Z' }, now).text).toBe('overdue 1 h')
  })

  test('says of a delivered order whether it was in time', () => {
    const live = { ...order, state: 'Live' }

    expect(dueWords({ ...live, liveAt: '2026-01-15T10:00:00Z' }, now)).toEqual({
      text: 'delivered in time',
      tone: 'good',
    })
    expect(dueWords({ ...live, liveAt: '2026-01-15T16:20:00Z' }, now).text).toBe('delivered 1 h late')
  })

  test('is not made up where there is none', () => {
    const { dueAt: _, ...draft } = order

    expect(dueWords({ ...draft, state: 'Draft' }, now)).toEqual({ text: 'no due time', tone: 'quiet' })
    expect(dueWords({ ...order, state: 'Cancelled' }, now).text).toBe('cancelled')
  })
})

describe('a span of time', () => {
  test('has two units at most', () => {
    expect([0, 59.9, 60, 3599, 3600, 12_000, 86_400, 187_200].map(spanWords)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h',
      '3 h 20 min',
      '1 d',
      '2 d 4 h',
    ])
  })

  test('of a step is finer while it is short', () => {
    expect([-3, 0.04, 9.94, 9.96, 65, 3700].map(stepWords)).toEqual([
      '0.0 s',
      '0.0 s',
      '9.9 s',
      '9.9 s',
      '1 min 05 s',
      '1 h 1 min',
    ])
  })

  test('of an order runs from the payment until it is live', () => {
    expect(elapsedSeconds(order, now)).toBe(3 * 3600)
    expect(elapsedSeconds({ ...order, liveAt: '2026-01-15T09:30:00Z' }, now)).toBe(1800)
    expect(elapsedSeconds({ state: 'Draft' }, now)).toBeUndefined()
  })

  test('of a step under way goes on', () => {
    expect(secondsOfStep({ startedAt: '2026-01-15T11:59:48Z' }, now)).toBe(12)
    expect(secondsOfStep({ startedAt: '2026-01-15T11:59:48Z', seconds: 2.5 }, now)).toBe(2.5)
  })
})
