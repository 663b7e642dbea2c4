import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'

let app: PretendApp

beforeAll(async () => {
  app = await pretendApp()
})
afterAll(() => app.stop())

describe('an order that comes in', () => {
  test('ends Live on a host that was made once, each result marked as pretended', async () => {
    const before = app.world().effects
    const { status, ticket } = await app.post('order_paid', app.order('Alpha'))
    expect(status).toBe(202)

    await app.until(ticket, ['Live', 'Blocked'])

    expect(await app.stepsOf(ticket)).toSatisfy((steps: { failure: unknown }[]) => steps.every((each) => !each.failure))
    const order = await app.find(ticket)
    expect(order.state).toBe('Live')
    const results = await app.services.checks.latest(order.id)
    expect(new Set(results.map((each) => each.vantage))).toEqual(new Set(['pretend']))
    const { effects } = app.world()
    expect(effects.created - before.created).toBe(1)
    expect(effects.certificates - before.certificates).toBe(1)
    expect(effects.destroyed).toBe(before.destroyed)
  })
})
