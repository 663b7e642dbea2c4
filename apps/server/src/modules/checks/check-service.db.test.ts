import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants, systemActor } from '../../platform/actor.ts'
import type { CheckResult } from '../../platform/check.ts'
import type { Database } from '../../platform/db.ts'
import { type Checks, checkService } from './check-service.ts'

let db: Database
let checks: Checks
const flow = systemActor('deliver-order')
const support: Actor = { id: 'per_s', name: 'Sam', permissions: grants.support }
beforeAll(async () => {
  db = await testDatabase()
  checks = checkService({ db, now: () => new Date('2026-03-01T12:00:00Z') })
})

const result = (name: string, status: CheckResult['status'], at = '2026-03-01T12:00:00.000Z'): CheckResult => ({
  name,
  title: `${name} answers`,
  status,
  summary: 'HTTP 200',
  asked: 'https://app.acme.test/',
  vantage: 'control plane',
  at,
})

describe('a result', () => {
  test('recorded twice is recorded once', async () => {
    const both = [result('smoke.frontend', 'pass'), result('smoke.backend', 'warn')]

    expect([
      await checks.record(flow, 'ins_1', both, 'run_1'),
      await checks.record(flow, 'ins_1', both, 'run_1'),
    ]).toEqual([2, 0])
    expect(await db.rows(`select after from audit_entry where subject = 'ins_1'`)).toEqual([
      { after: { verdict: 'warn', pass: 1, warn: 1, runId: 'run_1' } },
    ])
  })

  test('the newest of each check counts, the older ones stay', async () => {
    await checks.record(flow, 'ins_2', [result('a', 'fail', '2026-03-01T10:00:00.000Z')])
    await checks.record(flow, 'ins_2', [result('a', 'pass', '2026-03-01T11:00:00.000Z')])

    expect((await checks.latest('ins_2')).map((each) => each.status)).toEqual(['pass'])
    expect((await checks.history({ subject: 'ins_2', limit: 10 })).map((each) => each.status).sort()).toEqual([
      'fail',
      'pass',
    ])
  })

  test('holds no control characters and at most 4 kB of evidence', async () => {
    await checks.record(flow, 'ins_3', [
      { ...result('a', 'pass'), summary: 'ok\u001b[31m\nred', evidence: 'x'.repeat(9000) },
    ])
    const [found] = await checks.latest('ins_3')

    expect(found?.summary).toBe('ok red')
    expect(found?.evidence).toHaveLength(4096)
  })
})

describe('an attestation', () => {
  test('stands beside the result and changes nothing of it', async () => {
    await checks.record(flow, 'ins_4', [result('alerts', 'fail')])
    await checks.attest(support, { subject: 'ins_4', name: 'alerts', reason: 'seen on the phone' })
    await checks.attest(support, { subject: 'ins_4', name: 'alerts', reason: 'seen on the phone' })
    const [found] = await checks.latest('ins_4')

    expect(found?.status).toBe('fail')
    expect(found?.attestations).toMatchObject([{ actor: 'per_s', actorName: 'Sam', reason: 'seen on the phone' }])
  })

  test('is of the result it was made for, not of a newer one', async () => {
    await checks.record(flow, 'ins_4', [result('alerts', 'fail', '2026-03-02T00:00:00.000Z')])

    expect((await checks.latest('ins_4'))[0]?.attestations).toEqual([])
  })

  test('needs a result, a reason and the right', async () => {
    const viewer: Actor = { id: 'per_v', name: 'v', permissions: grants.viewer }

    await expect(checks.attest(support, { subject: 'ins_9', name: 'x', reason: 'why not' })).rejects.toMatchObject({
      code: 'checks.not_found',
    })
    await expect(checks.attest(support, { subject: 'ins_4', name: 'alerts', reason: ' ' })).rejects.toMatchObject({
      code: 'checks.no_reason',
    })
    await expect(checks.attest(viewer, { subject: 'ins_4', name: 'alerts', reason: 'because' })).rejects.toMatchObject({
      code: 'access.forbidden',
    })
  })
})

describe('a checklist', () => {
  test('passes only when everything in it was looked at', async () => {
    const items = [
      { name: 'login', title: 'The admin can sign in' },
      { name: 'mail', title: 'The mail arrived' },
    ]
    await checks.expect(flow, 'ins_5', 'post-launch', items)
    await checks.expect(flow, 'ins_5', 'post-launch', items)
    await checks.record(flow, 'ins_5', [result('login', 'pass')])
    const [half] = await checks.checklists('ins_5')
    await checks.record(flow, 'ins_5', [result('mail', 'pass')])
    const [whole] = await checks.checklists('ins_5')

    expect(half).toMatchObject({ verdict: 'fail', items: [{ status: 'pass' }, { status: 'unknown' }] })
    expect(whole?.verdict).toBe('pass')
    expect(
      await db.rows(`select 1 from audit_entry where subject = 'ins_5' and action = 'checklist.set'`),
    ).toHaveLength(1)
  })
})
