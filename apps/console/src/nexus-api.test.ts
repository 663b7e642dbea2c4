import { expect, test } from 'vitest'
import { clockOffset, listQuery } from './nexus-api.ts'

test('a wrong clock of the viewer is corrected by the server, small differences are not', () => {
  const local = Date.parse('2026-01-15T09:00:00Z')

  expect(clockOffset('Thu, 15 Jan 2026 10:00:00 GMT', local)).toBe(3_600_000)
  expect(clockOffset('Thu, 15 Jan 2026 09:00:01 GMT', local)).toBe(0)
  expect(clockOffset(null, local)).toBe(0)
})

test('a filter asks the server for nothing else', () => {
  expect(listQuery('all', undefined)).toBe('limit=100')
  expect(listQuery('at-risk', undefined)).toBe('limit=100&atRisk=true')
  expect(listQuery('blocked', 'a+b')).toBe('limit=100&blocked=true&after=a%2Bb')
})
