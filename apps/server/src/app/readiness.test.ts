import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { foldChecks } from '../platform/check.ts'
import { diskFinding, type ReadinessDeps, readiness } from './readiness.ts'

const at = new Date('2026-11-21T10:00:00Z')
const well: ReadinessDeps = {
  db: { row: async () => undefined },
  home: tmpdir(),
  engineRuns: () => true,
  eventsHeard: () => true,
  lastCalls: () => [],
  now: () => at,
}
const lastCall = (kind: string, seconds: number) => () => [
  { provider: 'acme', call: 'placeOrder', at: new Date(at.getTime() - seconds * 1000), kind, why: 'nobody answers' },
]

/** Each thing a node needs, taken away once: what is said of it, and what of the node. */
const outages: readonly (readonly [string, Partial<ReadinessDeps>, string, string])[] = [
  ['ready.database', { db: { row: () => Promise.reject(new Error('away')) } }, 'fail', 'fail'],
  ['ready.engine', { engineRuns: () => false }, 'fail', 'fail'],
  ['ready.events', { eventsHeard: () => false }, 'warn', 'warn'],
  ['ready.disk', { home: '/there/is/no/such/folder' }, 'unknown', 'fail'],
  ['ready.acme', { lastCalls: lastCall('unavailable', 10) }, 'warn', 'warn'],
]

describe('readiness', () => {
  test('passes when everything is there', async () => {
    const checks = await readiness({ ...well, lastCalls: lastCall('answered', 10) })

    expect(checks.map((each) => [each.name, each.status])).toEqual([
      ['ready.database', 'pass'],
      ['ready.engine', 'pass'],
      ['ready.events', 'pass'],
      ['ready.disk', 'pass'],
      ['ready.acme', 'pass'],
    ])
  })

  test.each(outages)('says so when %s is not there', async (name, taken, said, folded) => {
    const checks = await readiness({ ...well, ...taken })

    expect(checks.find((each) => each.name === name)?.status).toBe(said)
    expect(checks.filter((each) => each.status !== 'pass').map((each) => each.name)).toEqual([name])
    expect(foldChecks(checks)).toBe(folded)
  })

  test('forgets what a provider said a quarter of an hour ago', async () => {
    const checks = await readiness({ ...well, lastCalls: lastCall('unavailable', 1000) })

    expect(checks.map((each) => each.name)).not.toContain('ready.acme')
  })

  test('a refusal by a provider is an answer', async () => {
    const checks = await readiness({ ...well, lastCalls: lastCall('invalid', 10) })

    expect(checks.find((each) => each.name === 'ready.acme')?.status).toBe('pass')
  })

  test('warns of a disk that fills and fails on a full one', () => {
    const of = (bavail: number) => diskFinding({ bavail, blocks: 1000 }).status

    expect([of(500), of(40), of(5)]).toEqual(['pass', 'warn', 'fail'])
  })
})
