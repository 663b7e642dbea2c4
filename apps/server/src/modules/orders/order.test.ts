import { describe, expect, test } from 'vitest'
import { addSeconds } from '../../platform/clock.ts'
import {
  blockOrder,
  moveOrder,
  type Order,
  type OrderState,
  orderMoves,
  orderStates,
  takesAmendments,
  unblockOrder,
} from './order.ts'
import { dueAt, elapsed, type Pause, riskAt, type WaitingFor } from './order-clock.ts'
import { breachCauseOf } from './watch-clock.ts'

const paid = new Date('2026-01-15T09:00:00Z')
const at = (hours: number) => addSeconds(paid, hours * 3600)
const order = (state: OrderState, more: Partial<Order> = {}): Order => ({
  id: 'ord_1',
  ticket: 'NX-1',
  orderNumber: 'P-1',
  environment: 'prod',
  state,
  stateSince: paid,
  fields: {},
  organization: 'Acme',
  plan: 'lab',
  region: 'lab-1',
  owner: undefined,
  attempt: 1,
  hostId: undefined,
  warm: undefined,
  blocked: undefined,
  incident: undefined,
  clockStartedAt: paid,
  allowanceSeconds: 7200,
  dueAt: at(2),
  riskAt: at(1.5),
  atRiskAt: undefined,
  breachedAt: undefined,
  breachCause: undefined,
  cancelWantedAt: undefined,
  cancelReason: undefined,
  liveAt: undefined,
  metadata: undefined,
  checklist: undefined,
  createdAt: paid,
  ...more,
})
const why = { kind: 'dns', reason: 'no A record', waitingFor: 'customer', problems: [], commands: [] } as const
const pause = (from: number, to: number | undefined, waitingFor: WaitingFor = 'customer'): Pause => ({
  cause: 'dns',
  waitingFor,
  from: at(from),
  to: to === undefined ? undefined : at(to),
})

describe('the life of an order', () => {
  test('goes from paid to live in the order of the register', () => {
    const way: OrderState[] = ['Ready for Provisioning', 'Queued', 'Provisioning', 'Validation', 'Live']

    const last = way.slice(1).reduce((each, to) => moveOrder(each, to, at(1)), order('Ready for Provisioning'))

    expect(last.state).toBe('Live')
  })

  test('may be blocked in every state before Live, and in none after', () => {
    const blockable = orderStates.filter((state) => (orderMoves[state] as readonly OrderState[]).includes('Blocked'))

    expect(blockable).toEqual(['Draft', 'Ready for Provisioning', 'Queued', 'Provisioning', 'Validation'])
  })

  test('moved to where it is changes nothing', () => {
    const queued = order('Queued')

    expect(moveOrder(queued, 'Queued', at(1))).toBe(queued)
  })

  test('does not skip, and the error says what it can become', () => {
    expect(() => moveOrder(order('Queued'), 'Live', at(1))).toThrow('NX-1 is Queued and cannot become Live')
    expect(() => moveOrder(order('Live'), 'Cancelled', at(1))).toThrow('cannot become Cancelled')
    expect(() => moveOrder(order('Cancelled'), 'Queued', at(1))).toThrow('cannot become Queued')
  })

  test('blocked, goes back to the state it left', () => {
    const blocked = blockOrder(order('Validation'), why, at(1))

    expect(blocked.blocked).toMatchObject({ from: 'Validation', kind: 'dns' })
    expect(unblockOrder(blocked, at(2))).toMatchObject({ state: 'Validation', blocked: undefined })
  })

  test('blocked twice, still goes back to the first state and shows the newer reason', () => {
    const twice = blockOrder(blockOrder(order('Provisioning'), why, at(1)), { ...why, reason: 'no AAAA record' }, at(2))

    expect(twice.blocked).toMatchObject({ from: 'Provisioning', reason: 'no AAAA record' })
    expect(twice.stateSince).toEqual(at(1))
  })

  test('has an incident only when it is live, and returns to Live', () => {
    expect(moveOrder(moveOrder(order('Live'), 'Incident', at(1)), 'Live', at(2)).state).toBe('Live')
    expect(() => moveOrder(order('Validation'), 'Incident', at(1))).toThrow('cannot become Incident')
  })

  test('takes amendments until a host is reserved, and again while it is blocked', () => {
    expect(takesAmendments(order('Queued'))).toBe(true)
    expect(takesAmendments(order('Queued', { hostId: 'h' }))).toBe(false)
    expect(takesAmendments(order('Provisioning'))).toBe(false)
    expect(takesAmendments(order('Blocked', { hostId: 'h' }))).toBe(true)
    expect(takesAmendments(order('Live'))).toBe(false)
  })
})

describe('the clock of an order', () => {
  const warm = { startedAt: paid, allowanceSeconds: 2 * 3600 }

  test('is due two hours after the payment, six on demand', () => {
    expect(dueAt(warm, [], at(0))).toEqual(at(2))
    expect(dueAt({ ...warm, allowanceSeconds: 6 * 3600 }, [], at(0))).toEqual(at(6))
  })

  test('stops for the customer only', () => {
    expect(dueAt(warm, [pause(0.5, 1.5)], at(1.6))).toEqual(at(3))
    expect(dueAt(warm, [pause(0.5, 1.5, 'us'), pause(0.6, 1, 'provider')], at(1.6))).toEqual(at(2))
  })

  test('is still stopped while a pause is open', () => {
    expect(dueAt(warm, [pause(1, undefined)], at(1.25))).toEqual(at(2.25))
    expect(dueAt(warm, [pause(1, undefined)], at(5))).toEqual(at(6))
  })

  test('counts pauses that overlap once', () => {
    expect(dueAt(warm, [pause(0.5, 1.5), pause(1, 1.75), pause(1.2, 1.3)], at(2))).toEqual(at(3.25))
  })

  test('does not stop for what was before the payment, or after it was due', () => {
    expect(dueAt(warm, [pause(-1, 0.5)], at(1))).toEqual(at(2.5))
    expect(dueAt(warm, [pause(3, 4)], at(5))).toEqual(at(2))
  })

  test('is at risk at three quarters, pauses left out', () => {
    expect(riskAt(warm, dueAt(warm, [], at(0)))).toEqual(at(1.5))
    expect(riskAt(warm, dueAt(warm, [pause(0.5, 1.5)], at(2)))).toEqual(at(2.5))
  })

  test('keeps the customer’s time and all the time apart', () => {
    expect(elapsed(warm, [pause(0.5, 1.5), pause(1.5, 2, 'us')], at(2))).toEqual({ internal: 7200, customer: 3600 })
  })
})

describe('why an order is late', () => {
  test('is what blocks it now', () => {
    expect(
      breachCauseOf(blockOrder(order('Provisioning'), { ...why, kind: 'failed_act', reason: 'disk full' }, at(1)), []),
    ).toBe('failed_act: disk full')
  })

  test('is else the longest time it did not wait for the customer', () => {
    const causes = [
      { ...pause(0, 1, 'us'), cause: 'approval' },
      { ...pause(1, 1.5, 'provider'), cause: 'capacity' },
      pause(0, 3),
    ]

    expect(breachCauseOf(order('Validation'), causes)).toBe('approval')
  })

  test('is else where it stands', () => {
    expect(breachCauseOf(order('Validation'), [])).toContain('still Validation since 2026-01-15')
  })
})
