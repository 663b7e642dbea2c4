import { describe, expect, test } from 'vitest'
import type { Deviation } from './drift-store.ts'
import { judgeDrift } from './host-drift.ts'

const at = new Date('2026-03-02T12:00:00Z')
const hours = (count: number) => new Date(at.getTime() - count * 3_600_000)
const looked = { version: '1-a', seenAt: hours(1), failedAt: undefined, failure: undefined }
const deviation: Deviation = {
  id: 'dev_1',
  hostId: 'hst_1',
  item: 'ssh.settings',
  reason: 'old client',
  until: hours(-24),
  acceptedBy: 'per_1',
  acceptedByName: 'Ann',
  acceptedAt: hours(9),
  approvalId: undefined,
  endedAt: undefined,
  endedBy: undefined,
  endedWhy: undefined,
}
const drift = [{ item: 'ssh.settings', found: 'port forwarding', firstSeen: hours(30) }]
const judged = (more: Partial<Parameters<typeof judgeDrift>[0]> = {}) =>
  judgeDrift({
    host: { id: 'hst_1', name: 'metal-1' },
    version: '1-a',
    titleOf: (id) => id,
    look: looked,
    drift: [],
    deviations: [],
    freshSeconds: 24 * 3600,
    at,
    ...more,
  })

describe('whether the baseline of a host holds', () => {
  test('it does where the last look found nothing, and says when that was', () => {
    expect(judged()).toMatchObject({ verdict: 'pass', summary: expect.stringContaining(hours(1).toISOString()) })
  })

  test('it does not where an item differs, and it is said since when', () => {
    expect(judged({ drift })).toMatchObject({ verdict: 'fail', items: [{ id: 'ssh.settings', firstSeen: hours(30) }] })
  })

  test.each([
    ['nobody ever looked', { look: { ...looked, version: undefined, seenAt: undefined } }],
    ['the look is too old', { look: { ...looked, seenAt: hours(25) } }],
    ['it was another version', { look: { ...looked, version: '1-b' } }],
    ['the last try brought no answer', { look: { ...looked, failedAt: at, failure: 'no answer' } }],
    ['nobody knows what it should have', { version: undefined }],
  ])('nobody can tell where %s', (_why, more) => {
    expect(judged(more).verdict).toBe('unknown')
  })

  test('an accepted deviation is told and does not refuse until it ends', () => {
    expect(judged({ drift, deviations: [deviation] })).toMatchObject({
      verdict: 'pass',
      items: [{ accepted: { id: 'dev_1' } }],
    })
    expect(judged({ drift, deviations: [{ ...deviation, until: at }] }).verdict).toBe('fail')
    expect(judged({ drift, deviations: [{ ...deviation, endedAt: hours(1) }] }).verdict).toBe('fail')
    expect(judged({ drift, deviations: [{ ...deviation, item: 'firewall' }] }).verdict).toBe('fail')
  })
})
