import { beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { memoryKeys } from '../../../test/harness/trail-bench.ts'
import { type Actor, grants, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database } from '../../platform/db.ts'
import { type Trail, trailService } from './trail-service.ts'

let db: Database
let trail: Trail
const auditor: Actor = { id: 'per_a', name: 'Ada', permissions: grants.auditor }
beforeAll(async () => {
  db = await testDatabase()
  trail = trailService({
    db,
    now: () => new Date(),
    secrets: memoryKeys(),
    sinks: [],
    origin: '',
    onSinkFailed: () => {},
  })
  await db.inTransaction(async (tx) => {
    for (let minute = 0; minute < 5; minute += 1) {
      const actor = minute % 2 === 0 ? auditor : systemActor('deliver-order', 'per_a')
      const action = minute < 3 ? 'order.opened' : 'orderly.closed'
      await recordAudit(tx, actor, {
        action,
        subject: `ord_${minute % 2}`,
        at: new Date(Date.UTC(2026, 0, 1, 0, minute)),
        after: { minute },
      })
    }
  })
})

const minutes = async (page: Parameters<Trail['list']>[1]) =>
  (await trail.list(auditor, page)).map((each) => each.at.getUTCMinutes())

test('the trail is read newest first, page by page', async () => {
  const first = await trail.list(auditor, { limit: 2 })

  expect(first.map((each) => each.after)).toEqual([{ minute: 4 }, { minute: 3 }])
  expect(await minutes({ limit: 10, after: first[1]?.id })).toEqual([2, 1, 0])
})

test('it is found by subject, by who acted or for whom, by action and by noun', async () => {
  expect(await minutes({ limit: 10, subject: 'ord_1' })).toEqual([3, 1])
  expect(await minutes({ limit: 10, actor: 'per_a' })).toEqual([4, 3, 2, 1, 0])
  expect(await minutes({ limit: 10, actor: 'system:deliver-order' })).toEqual([3, 1])
  expect(await minutes({ limit: 10, action: 'order' })).toEqual([2, 1, 0])
  expect(await minutes({ limit: 10, action: 'orderly.closed' })).toEqual([4, 3])
})

test('it is not for everyone', async () => {
  await expect(trail.list({ id: 'x', name: 'x', permissions: [] }, { limit: 1 })).rejects.toMatchObject({
    code: 'access.forbidden',
  })
})
