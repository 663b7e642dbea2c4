import { beforeEach, describe, expect, test, vi } from 'vitest'

let newId: typeof import('./ids.ts').newId
let newSecret: typeof import('./ids.ts').newSecret
beforeEach(async () => {
  vi.resetModules()
  ;({ newId, newSecret } = await import('./ids.ts'))
})

describe('an id', () => {
  test('sorts by the time it was made, also within one millisecond', () => {
    const at = new Date('2026-03-01T10:00:00Z')
    const ids = [...Array.from({ length: 1000 }, () => newId('aud', at)), newId('aud', new Date(at.getTime() + 1))]

    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('of an earlier time sorts before', () => {
    const later = newId('ord', new Date('2026-03-01T10:00:05Z'))

    expect(newId('ord', new Date('2026-03-01T10:00:04Z')) < later).toBe(true)
  })
})

test('a secret is never the same twice and never begins like an option of a program', () => {
  const secrets = Array.from({ length: 2000 }, () => newSecret(24))

  expect(new Set(secrets).size).toBe(2000)
  expect(secrets.filter((each) => !/^[A-Za-z0-9_][A-Za-z0-9_-]{31}$/.test(each))).toEqual([])
})
