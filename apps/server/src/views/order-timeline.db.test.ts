import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/harness/database.ts'
import { orderService, parsePlans } from '../modules/orders/index.ts'
import { systemActor } from '../platform/actor.ts'
import type { Database } from '../platform/db.ts'
import { orderTimeline } from './order-timeline.ts'

const root = join(import.meta.dirname, '../../../..')
const actor = systemActor('test')
const paid = new Date('2026-01-15T09:00:00Z')
let db: Database

beforeAll(async () => {
  db = await testDatabase()
})

describe('the timeline of an order', () => {
  test('has its clock, its runs with their steps, its trail, the newest of each check, and its links', async () => {
    const orders = orderService({
      db,
      plans: parsePlans(readFileSync(join(root, 'apps/server/plans.yaml'), 'utf8')),
      now: () => paid,
      provisioners: async () => [{ id: 'per_1', name: 'Pia' }],
      startDelivery: async (tx, { runId, orderId }) => {
        await tx.rows(
          `insert into run (id, flow, subject, started_by, started_at) values ($1, 'deliver-order', $2, 'per_1', $3)`,
          [runId, orderId, paid],
        )
        await tx.rows(
          `insert into run_step (run_id, position, name, state, started_at, ended_at, failure)
           values ($1, 0, 'check the order', 'failed', $2, $3, '{"code": "order.incomplete", "message": "not\\u001b[2J complete"}')`,
          [runId, paid, new Date(paid.getTime() + 1500)],
        )
      },
      stopDelivery: async () => {},
      startGiveBack: async () => {},
    })
    const body = JSON.parse(readFileSync(join(root, 'examples/orders/acme.json'), 'utf8'))
    const { order } = await orders.receive(actor, { webhookId: 'm1', event: 'order_paid', body })
    await orders.triage(actor, order.id)
    await orders.startProvisioning(actor, order.id)
    await orders.startValidation(actor, order.id)
    await orders.goLive(actor, order.id, {
      metadata: { urls: { app: 'https://app.acme.test', odd: 'javascript:1' } },
      checklist: [],
    })
    for (const [id, status, at] of [
      ['c1', 'fail', paid],
      ['c2', 'pass', new Date(paid.getTime() + 1000)],
    ]) {
      await db.rows(
        `insert into check_result (id, subject, name, title, status, summary, asked, vantage, at, seconds)
         values ($1, $2, 'smoke.frontend', 'frontend reachable', $3, '200', 'GET /', 'control plane', $4, 0.5)`,
        [id, order.id, status, at],
      )
    }

    const timeline = await orderTimeline({ db, orders })(actor, order.ticket)

    expect(timeline.order.state).toBe('Live')
    expect(timeline.runs).toMatchObject([
      {
        id: `deliver-order:${order.ticket}:1`,
        steps: [{ name: 'check the order', seconds: 1.5, failure: { message: 'not complete' } }],
      },
    ])
    expect(timeline.entries.map((entry) => entry.action).sort()).toEqual([
      'order.live',
      'order.opened',
      'order.provisioning',
      'order.triaged',
      'order.validation',
    ])
    expect(timeline.checks).toMatchObject([{ name: 'smoke.frontend', status: 'pass', seconds: 0.5 }])
    expect(timeline.links).toEqual([{ label: 'app', url: 'https://app.acme.test' }])
  })
})
