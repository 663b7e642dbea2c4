import { describe, expect, test } from 'vitest'
import {
  countsFromCounters,
  countsFromHistogram,
  type GaugeWatch,
  gaugeState,
  observeGauge,
  watchGauge,
} from './index.ts'

describe('counts from running totals', () => {
  const before = { bad: 10, total: 1000 }

  test('are what came since the last reading', () => {
    expect(countsFromCounters(before, { bad: 12, total: 1100 })).toEqual({ bad: 2, total: 100, notes: [] })
  })

  test('of a series that began again are what it has now', () => {
    const found = countsFromCounters({ 'pod-1': before }, { 'pod-1': { bad: 1, total: 40 } })

    expect(found).toEqual({ bad: 1, total: 40, notes: [{ series: 'pod-1', what: 'reset' }] })
  })

  test('of a sum that lost a part are nothing, for what is left was counted before', () => {
    expect(countsFromCounters(before, { bad: 9, total: 900 })).toEqual({
      bad: 0,
      total: 0,
      notes: [{ series: '', what: 'shrank' }],
    })
  })

  test('of a series that fell without a new beginning are nothing', () => {
    const found = countsFromCounters({ a: { ...before, created: 5 } }, { a: { bad: 9, total: 900, created: 5 } })

    expect(found.notes).toEqual([{ series: 'a', what: 'shrank' }])
    expect(countsFromCounters({ a: { ...before, created: 5 } }, { a: { bad: 20, total: 2000, created: 9 } })).toEqual({
      bad: 20,
      total: 2000,
      notes: [{ series: 'a', what: 'reset' }],
    })
  })

  test('leave out what is seen for the first time, and say what is gone', () => {
    const found = countsFromCounters({ old: before, kept: before }, { kept: { bad: 11, total: 1010 }, late: before })

    expect(found).toEqual({
      bad: 1,
      total: 10,
      notes: [
        { series: 'late', what: 'late' },
        { series: 'old', what: 'gone' },
      ],
    })
    expect(countsFromCounters(undefined, before)).toMatchObject({ total: 0, notes: [{ what: 'late' }] })
  })

  test('that were read at two moments are left out', () => {
    expect(countsFromCounters(before, { bad: 20, total: 1005 })).toMatchObject({ total: 0, notes: [{ what: 'torn' }] })
  })
})

describe('counts from a histogram', () => {
  const buckets = [
    { le: 0.1, count: 70 },
    { le: 0.5, count: 95 },
    { le: 1, count: 99 },
    { le: '+Inf' as const, count: 100 },
  ]

  test('are the requests slower than the threshold (S4-53)', () => {
    expect(countsFromHistogram(buckets, 0.5)).toEqual({ bad: 5, total: 100 })
    expect(countsFromHistogram(buckets.toReversed(), 1)).toEqual({ bad: 1, total: 100 })
  })

  test('refuse a threshold between two bounds, and name them', () => {
    expect(() => countsFromHistogram(buckets, 0.3)).toThrow(
      expect.objectContaining({
        code: 'judge.not_a_bound',
        message: '0.3 s is no bound of a bucket; the nearest are 0.1 s and 0.5 s.',
      }),
    )
    expect(() => countsFromHistogram(buckets, 5)).toThrow('the nearest are 1 s.')
  })

  test('refuse a histogram that is not whole or not cumulative', () => {
    expect(() => countsFromHistogram(buckets.slice(0, 3), 0.5)).toThrow('no bucket +Inf')
    expect(() =>
      countsFromHistogram(
        [
          { le: 0.1, count: 7 },
          { le: '+Inf', count: 3 },
        ],
        0.1,
      ),
    ).toThrow('cumulative')
  })
})

describe('a gauge', () => {
  const limit = { name: 'memory', limit: 0.9, holdSeconds: 60, staleSeconds: 30 }
  const after = (...readings: readonly (readonly [number, number])[]): GaugeWatch =>
    readings.reduce((watch, [atSeconds, value]) => observeGauge(watch, { atSeconds, value }), watchGauge(limit))

  test('exceeds its limit when it stays above for the hold time (S4-54)', () => {
    const above = [0, 20, 40, 60].map((at) => [at, 0.95] as const)

    expect(gaugeState(after(...above.slice(0, 3)), 50)).toBe('above')
    expect(gaugeState(after(...above), 61)).toBe('exceeded')
    expect(gaugeState(after(...above, [61, 0.5]), 62)).toBe('within')
  })

  test('is unknown without readings, and begins its hold time again after a gap', () => {
    expect(gaugeState(watchGauge(limit), 0)).toBe('unknown')
    expect(gaugeState(after([0, 0.5]), 31)).toBe('unknown')
    expect(gaugeState(after([0, 0.95], [100, 0.95]), 101)).toBe('above')
  })

  test('takes no reading twice, late, or that is no number', () => {
    const watch = after([10, 0.95])

    expect(observeGauge(watch, { atSeconds: 10, value: 0.1 })).toBe(watch)
    expect(observeGauge(watch, { atSeconds: 11, value: Number.NaN })).toBe(watch)
  })
})
