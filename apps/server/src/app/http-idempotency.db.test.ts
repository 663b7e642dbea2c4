import { beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/harness/database.ts'
import type { Database } from '../platform/db.ts'
import { type Claim, type IdempotencyStore, idempotencyStore } from './http-idempotency.ts'

let db: Database
let store: IdempotencyStore
const at = new Date('2026-03-01T12:00:00Z')
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const claim = (key: string, changes: Partial<Claim> = {}): Claim => ({
  actor: 'per_a',
  key,
  route: 'POST /api/v1/orders',
  bodyHash: 'h',
  ...changes,
})
beforeAll(async () => {
  db = await testDatabase()
  store = idempotencyStore(db)
})

test('of ten callers with one key exactly one does the work', async () => {
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => store.claim(claim('ten'), at)))

  expect(outcomes.filter((each) => each === 'mine')).toHaveLength(1)
  expect(outcomes.filter((each) => each === 'running')).toHaveLength(9)
})

test('a kept answer comes back as it was, for a day', async () => {
  await store.claim(claim('kept'), at)
  await store.keep(claim('kept'), { status: 201, body: '{"id":"ord_1"}' })

  expect(await store.claim(claim('kept'), later(80_000))).toEqual({ status: 201, body: '{"id":"ord_1"}' })
  expect(await store.claim(claim('kept'), later(86_401))).toBe('mine')
})

test('an answer that was a secret is not in the database', async () => {
  await store.claim(claim('secret'), at)
  await store.keep(claim('secret'), { status: 201, body: undefined })

  expect(await store.claim(claim('secret'), at)).toEqual({ status: 201, body: undefined })
})

test('a key belongs to one body, one route and one person', async () => {
  await store.claim(claim('own'), at)

  expect(await store.claim(claim('own', { bodyHash: 'other' }), at)).toBe('other')
  expect(await store.claim(claim('own', { route: 'POST /api/v1/hosts' }), at)).toBe('other')
  expect(await store.claim(claim('own', { actor: 'per_b' }), at)).toBe('mine')
})

test('a released key is free, and the claim of a process that died lapses', async () => {
  await store.claim(claim('free'), at)
  await store.release(claim('free'))
  await store.claim(claim('dead'), at)

  expect(await store.claim(claim('free'), at)).toBe('mine')
  expect(await store.claim(claim('dead'), later(60))).toBe('running')
  expect(await store.claim(claim('dead'), later(121))).toBe('mine')
})
