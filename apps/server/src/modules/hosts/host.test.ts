import { describe, expect, test } from 'vitest'
import { toFailure } from '../../platform/errors.ts'
import {
  type Host,
  type HostId,
  hostMoves,
  hostNameFor,
  mayMove,
  moveHost,
  refuseIfWasLive,
  stateWhenPrepared,
  takesOrders,
} from './host.ts'

const at = new Date('2026-01-15T09:00:00Z')
const host: Host = {
  id: 'hst_1' as HostId,
  name: 'nexus-spare-1',
  state: 'ready',
  stateSince: at,
  port: 22,
  user: 'nexus',
  provider: 'lab',
  region: 'lab',
  plan: 'lab',
  wasLive: false,
  createdAt: at,
}
const codeOf = (work: () => unknown) => {
  try {
    work()
  } catch (thrown) {
    return toFailure(thrown).code
  }
  return undefined
}

describe('a host', () => {
  test('takes an order only as a spare that belongs to nobody and never was live', () => {
    expect(takesOrders(host)).toBe(true)
    expect(takesOrders({ ...host, orderId: 'ord_1' })).toBe(false)
    expect(takesOrders({ ...host, wasLive: true })).toBe(false)
    expect(takesOrders({ ...host, state: 'quarantined' })).toBe(false)
  })

  test('moved to where it is stays as it is', () => {
    expect(moveHost(host, 'ready', new Date())).toBe(host)
  })

  test('refuses a move that is not in the table, and says what is', () => {
    expect(codeOf(() => moveHost(host, 'live', at))).toBe('host.cannot_move')
    expect(mayMove('retired', 'ready')).toBe(false)
  })

  test('once live leaves only by draining', () => {
    expect(hostMoves.live).toEqual(['draining'])
    expect(codeOf(() => refuseIfWasLive({ ...host, wasLive: true }, 'rebuilt'))).toBe('host.was_live')
  })

  test('becomes a spare when prepared, or its order’s', () => {
    expect(stateWhenPrepared(host)).toBe('ready')
    expect(stateWhenPrepared({ ...host, orderId: 'ord_1' })).toBe('reserved')
  })

  test('is named after organization and environment, as a label of DNS', () => {
    expect(hostNameFor('Acme GmbH', 'prod')).toBe('nexus-acme-gmbh-prod')
    expect(hostNameFor('Müller & Söhne', 'stage')).toBe('nexus-muller-sohne-stage')
    expect(hostNameFor('株式会社', '')).toBe('nexus-org-prod')
    expect(hostNameFor('x'.repeat(200), 'prod').length).toBeLessThanOrEqual(63)
  })
})
