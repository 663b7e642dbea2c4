import { describe, expect, test } from 'vitest'
import { address6In, addressIn, chooseRange, hardwareAddressIn, nextPlace, places } from './address-range.ts'

describe('the range of a lab', () => {
  test('is the first one that nobody uses', () => {
    expect(chooseRange(['192.0.2.0/24', '10.78.0.0/24', '10.78.1.7'])).toBe('10.78.2')
  })

  test('is looked for elsewhere when a whole network is taken', () => {
    expect(chooseRange(['10.0.0.0/8'])).toBe('172.31.0')
    expect(chooseRange(['10.0.0.0/8', '172.16.0.0/12'])).toBe('192.168.100')
  })

  test('stays the one it was while that is free', () => {
    expect(chooseRange([], '10.78.9')).toBe('10.78.9')
    expect(chooseRange(['10.78.9.0/24'], '10.78.9')).toBe('10.78.0')
  })

  test('is not hindered by the way to everywhere', () => {
    expect(chooseRange(['0.0.0.0/0', 'default'])).toBe('10.78.0')
  })

  test('is nowhere when all private networks are taken', () => {
    expect(chooseRange(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])).toBeUndefined()
  })

  test('gives each place an address in both families, and one of hardware', () => {
    expect(addressIn('10.78.3', places.services)).toBe('10.78.3.2')
    expect(address6In('10.78.3', places.services)).toBe('fd78:4e:3::2')
    expect(hardwareAddressIn('10.78.3', places.services)).toBe('02:6e:0a:4e:03:02')
  })
})

describe('the place of a new host', () => {
  test('is the one after the last, so that an address given back can rest', () => {
    expect(nextPlace(new Set([10]), 12)).toBe(13)
  })

  test('begins again at the first free one after the end', () => {
    expect(nextPlace(new Set([10, 250]), 249)).toBe(11)
  })

  test('is nowhere when all are taken', () => {
    expect(nextPlace(new Set(Array.from({ length: 241 }, (_, index) => index + 10)), 9)).toBeUndefined()
  })
})
