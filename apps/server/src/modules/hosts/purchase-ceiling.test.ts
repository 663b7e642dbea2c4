import { describe, expect, test } from 'vitest'
import { aboveCeiling, dayOf } from './purchase-ceiling.ts'

const five = { perMonth: 5, currency: 'EUR' }
const bought = (hosts: number, money = 0, priceUnknown = 0) => ({ hosts, money, priceUnknown })

describe('a ceiling of a day', () => {
  test('lets the last host below it pass and holds the next one', () => {
    const ceilings = { hostsPerDay: 3, moneyPerDay: 0 }

    expect(aboveCeiling(ceilings, bought(2), undefined)).toBeUndefined()
    expect(aboveCeiling(ceilings, bought(3), undefined)).toContain('3 a day')
  })

  test('on money counts what the next one would cost', () => {
    const ceilings = { hostsPerDay: 0, moneyPerDay: 15 }

    expect(aboveCeiling(ceilings, bought(2, 10), five)).toBeUndefined()
    expect(aboveCeiling(ceilings, bought(3, 15), five)).toContain('15 EUR')
  })

  test('on money holds a host whose price nobody knows, and every one after it', () => {
    const ceilings = { hostsPerDay: 0, moneyPerDay: 15 }

    expect(aboveCeiling(ceilings, bought(0), undefined)).toContain('Nobody knows')
    expect(aboveCeiling(ceilings, bought(1, 0, 1), five)).toContain('Nobody knows')
  })

  test('of 0 is none', () => {
    expect(aboveCeiling({ hostsPerDay: 0, moneyPerDay: 0 }, bought(999, 9999, 1), undefined)).toBeUndefined()
  })

  test('begins anew at midnight UTC', () => {
    expect(dayOf(new Date('2026-03-01T23:59:59.999Z')).toISOString()).toBe('2026-03-01T00:00:00.000Z')
  })
})
