import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { moveClock } from '../../platform/clock.ts'

let app: PretendApp
let moved = 0

beforeAll(async () => {
  app = await pretendApp()
})
afterAll(async () => {
  moveClock(-moved)
  await app.stop()
})
beforeEach(() => app.faults.clear())

const ended = ['Live', 'Blocked', 'Cancelled']

/** What was done to the world outside since this was called. */
const effectsSince = () => {
  const before = app.world().effects
  return () => {
    const after = app.world().effects
    return {
      created: after.created - before.created,
      rebuilt: after.rebuilt - before.rebuilt,
      destroyed: after.destroyed - before.destroyed,
      certificates: after.certificates - before.certificates,
    }
  }
}
const once = { created: 1, rebuilt: 0, destroyed: 0, certificates: 1 }

const deliver = async (name: string, more: object = {}) => {
  const { ticket } = await app.post('order_paid', app.order(name, more))
  return app.until(ticket, ended)
}

const forward = (seconds: number) => {
  moved += seconds * 1000
  moveClock(seconds * 1000)
}

const noticesOf = (kind: string) =>
  app.db.rows<{ state: string; recipient: string; key: string }>(
    'select state, recipient, key from notice where kind = $1 order by created_at',
    [kind],
  )

describe('an order that comes in', () => {
  test('ends Live on a host that was made once, and every result says that it is pretended', async () => {
    const effects = effectsSince()
    const { status, ticket } = await app.post('order_paid', app.order('Alpha'))
    expect(status).toBe(202)

    const order = await app.until(ticket, ended)

    expect((await app.stepsOf(ticket)).filter((each) => each.failure)).toEqual([])
    expect(order.state).toBe('Live')
    expect(order.metadata).toMatchObject({ hosts: 'pretend' })
    const results = await app.services.checks.latest(order.id)
    expect(new Set(results.map((each) => each.vantage))).toEqual(new Set(['pretend']))
    expect(effects()).toEqual(once)
  })

  test('three times at once is delivered once', async () => {
    const effects = effectsSince()
    const order = app.order('Beta')

    const answers = await Promise.all([1, 2, 3].map(() => app.post('order_paid', order)))
    const tickets = new Set(answers.map((each) => each.ticket))
    expect(tickets.size).toBe(1)
    const [ticket = ''] = tickets
    expect(await app.until(ticket, ended)).toMatchObject({ state: 'Live' })

    expect(effects()).toEqual(once)
    expect(await app.db.rows('select id from run where id like $1', [`deliver-order:${ticket}:%`])).toHaveLength(1)
  })

  test('without its data is Blocked and touches nothing; amended, it goes on and ends Live', async () => {
    const effects = effectsSince()
    const blocked = await deliver('Gamma', { initialAdminEmail: 'nobody', technicalContact: undefined })
    expect(blocked).toMatchObject({ state: 'Blocked', blocked: { kind: 'missing_data' } })
    expect(blocked.blocked?.problems.length).toBeGreaterThan(1)
    expect(effects().created).toBe(0)

    await app.services.orders.amend(app.me, blocked.ticket, app.order('Gamma'))

    expect(await app.until(blocked.ticket, ['Live'])).toMatchObject({ state: 'Live' })
    expect(effects()).toEqual(once)
  })

  test('for a host name that is taken is Blocked, and the host of the other is left alone', async () => {
    const effects = effectsSince()
    const blocked = await deliver('Alpha2', { organization: { legalName: 'Alpha GmbH' } })

    expect(blocked).toMatchObject({ state: 'Blocked', blocked: { kind: 'host_name_taken' } })
    expect(effects()).toEqual({ created: 0, rebuilt: 0, destroyed: 0, certificates: 0 })
  })
})

describe('a deploy that fails', () => {
  test('is begun again on a rebuilt host twice, then Blocked with commands; retried after the cause is mended it ends Live', async () => {
    const effects = effectsSince()
    app.faults.add({ program: 'start the services', times: 1000, how: 'fail' })

    const blocked = await deliver('Delta')

    expect(blocked).toMatchObject({ state: 'Blocked', blocked: { kind: 'failed_act' } })
    expect(blocked.blocked?.commands.join('\n')).toContain(`nexusctl order retry ${blocked.ticket}`)
    expect(effects()).toEqual({ created: 1, rebuilt: 2, destroyed: 0, certificates: 0 })

    app.faults.clear()
    await app.untilEnded(`deliver-order:${blocked.ticket}:1`)
    await app.services.orders.retry(app.me, blocked.ticket)

    expect(await app.until(blocked.ticket, ended)).toMatchObject({ state: 'Live', attempt: 2 })
    expect(effects()).toEqual({ created: 1, rebuilt: 2, destroyed: 0, certificates: 1 })
  })

  test('once ends Live on the host that was rebuilt', async () => {
    const effects = effectsSince()
    app.faults.add({ program: 'unpack the release', times: 1, how: 'fail' })

    expect(await deliver('Epsilon')).toMatchObject({ state: 'Live' })

    expect(effects()).toEqual({ ...once, rebuilt: 1 })
  })

  test('because its answer was lost is asked again, and nothing is doubled', async () => {
    const effects = effectsSince()
    app.faults.add({ program: 'create a server', times: 1, how: 'cut' })
    app.faults.add({ program: 'apply the baseline', times: 1, how: 'cut' })
    app.faults.add({ program: 'edge.certificate', times: 1, how: 'cut' })

    expect(await deliver('Zeta')).toMatchObject({ state: 'Live' })

    expect(effects()).toEqual(once)
  })
})

describe('an order that is cancelled', () => {
  test('in the middle gives everything back and ends Cancelled', async () => {
    const effects = effectsSince()
    app.faults.add({ program: 'start the services', times: 1, how: 'hang', seconds: 2 })
    const { ticket } = await app.post('order_paid', app.order('Eta'))
    await app.untilStep(ticket, 'deploy 6 of 7: start the services')

    await app.services.orders.cancel(app.me, ticket, { reason: 'The customer changed their mind.' })

    expect(await app.until(ticket, ended)).toMatchObject({ state: 'Cancelled' })
    expect(effects()).toEqual({ created: 1, rebuilt: 0, destroyed: 1, certificates: 0 })
    expect(app.world().servers.some((each) => each.labels['ticket'] === ticket)).toBe(false)
  })

  test('while Blocked gives everything back too', async () => {
    const effects = effectsSince()
    app.faults.add({ program: 'edge.apply', times: 1000, how: 'fail' })
    const blocked = await deliver('Theta')
    expect(blocked.state).toBe('Blocked')
    app.faults.clear()

    await app.services.orders.cancel(app.me, blocked.ticket, { reason: 'The customer changed their mind.' })

    expect(await app.until(blocked.ticket, ['Cancelled'])).toMatchObject({ state: 'Cancelled' })
    expect(await app.untilEnded(`give-back-order:${blocked.ticket}:1`)).toBe('done')
    expect(effects()).toEqual({ created: 1, rebuilt: 0, destroyed: 1, certificates: 0 })
  })

  test('lets another order have its domain, its host name and its tenant', async () => {
    const again = app.order('Eta', { orderNumber: 'P-Eta-2' })

    const { ticket } = await app.post('order_paid', again)

    expect(await app.until(ticket, ended)).toMatchObject({ state: 'Live' })
  })
})

describe('a launch e-mail that may or may not have arrived', () => {
  test('is kept as unknown, is not sent again, and its owner is asked', async () => {
    app.faults.add({ program: 'send a mail to admin@acme.test', times: 1, how: 'doubt' })

    const order = await deliver('Iota')

    expect(order.state).toBe('Live')
    expect(await noticesOf('launch')).toContainEqual(
      expect.objectContaining({ key: `launch:${order.id}`, state: 'unknown' }),
    )
    const { tasks } = await app.services.orders.show(app.me, order.id)
    expect(tasks).toContainEqual(expect.objectContaining({ kind: 'notice_in_doubt' }))
  })
})

describe('a live order', () => {
  /** Delivered while our clock is everybody's: a token of a moved clock would not hold. */
  test('is looked at after a day and after a week; one that does not answer is an Incident, and its customer is told', async () => {
    const order = await deliver('Kappa')
    expect(order).toMatchObject({ state: 'Live' })

    forward(25 * 3600)
    expect(await app.untilEnded(`follow-up:${order.id}:24h`)).toBe('done')
    expect(await app.find(order.ticket)).toMatchObject({ state: 'Live' })
    expect(await noticesOf('follow-up')).toContainEqual(expect.objectContaining({ key: `follow-up:${order.id}:24h` }))

    app.faults.add({ program: 'look from outside app.kappa.test', times: 1000, how: 'fail' })
    forward(7 * 86_400)
    expect(await app.untilEnded(`follow-up:${order.id}:7d`)).toBe('done')
    expect(await app.find(order.ticket)).toMatchObject({ state: 'Incident' })
    expect(await noticesOf('incident-status')).toContainEqual(
      expect.objectContaining({ key: `incident:${order.id}:7d` }),
    )
  })
})
