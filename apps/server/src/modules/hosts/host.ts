import { NexusError } from '../../platform/errors.ts'
import type { HostAddress } from '../../platform/remote.ts'
import type { HostFacts } from './host-facts.ts'

export type HostId = string & { readonly hostId: true }

export const hostStates = [
  'creating',
  'preparing',
  'ready',
  'reserved',
  'live',
  'draining',
  'quarantined',
  'retired',
] as const
export type HostState = (typeof hostStates)[number]

/** The whole life of a host: `ready` is a spare in the pool, `reserved` belongs to an order that is not live yet. */
export const hostMoves = {
  creating: ['preparing', 'quarantined', 'retired'],
  preparing: ['ready', 'reserved', 'quarantined', 'retired'],
  ready: ['reserved', 'preparing', 'quarantined', 'draining', 'retired'],
  reserved: ['ready', 'preparing', 'live', 'quarantined', 'retired'],
  live: ['draining'],
  draining: ['live', 'ready', 'retired'],
  quarantined: ['preparing', 'retired'],
  retired: [],
} as const satisfies Record<HostState, readonly HostState[]>

export type Host = {
  readonly id: HostId
  /** For people; the key is the ticket. */
  readonly name: string
  readonly state: HostState
  readonly stateSince: Date
  readonly address?: string
  readonly port: number
  readonly user: string
  /** The pinned public key. */
  readonly hostKey?: string
  readonly jump?: string
  readonly provider: string
  readonly providerId?: string
  readonly region: string
  readonly plan: string
  readonly pricePerMonth?: string
  readonly currency?: string
  readonly renewsAt?: Date
  readonly orderId?: string
  readonly ticket?: string
  readonly reservedAt?: Date
  /** When an order first placed something here. */
  readonly claimedAt?: Date
  /** An order was live here once: never rebuilt, destroyed or given back. */
  readonly wasLive: boolean
  readonly facts?: HostFacts
  readonly baselineVersion?: string
  readonly baselineAt?: Date
  readonly quarantineReason?: string
  readonly createdAt: Date
}

export const mayMove = (from: HostState, to: HostState): boolean =>
  (hostMoves[from] as readonly HostState[]).includes(to)

/** Moving to where the host already is changes nothing, so a repeated step is harmless. */
export function moveHost(host: Host, to: HostState, at: Date): Host {
  if (host.state === to) return host
  if (!mayMove(host.state, to)) throw hostCannotMove(host, to)
  return { ...host, state: to, stateSince: at }
}

export const takesOrders = (host: Host): boolean =>
  host.state === 'ready' && host.orderId === undefined && !host.wasLive

/** What a host becomes when it is prepared: its order's, or a spare. */
export const stateWhenPrepared = (host: Host): HostState => (host.orderId === undefined ? 'ready' : 'reserved')

export const isStatic = (host: Host): boolean => host.provider === 'static'

/** Live once is live for ever: no rebuild, no destroy, no way back into the pool. */
export function refuseIfWasLive(host: Host, act: string): void {
  if (!host.wasLive) return
  throw new NexusError('host.was_live', 'conflict', `Host ${host.name} was live for a customer and is not ${act}.`, {
    hint: 'Its data belongs to the customer. Drain it, save what is on it, and end it at the provider by hand.',
  })
}

export function refuseIfStatic(host: Host, act: string): void {
  if (!isStatic(host)) return
  throw new NexusError('host.is_static', 'conflict', `Host ${host.name} is your own machine and is never ${act}.`, {
    hint: 'Undo takes away what Nexus placed there; nothing else is touched.',
  })
}

export function addressOf(host: Host): HostAddress {
  if (host.address === undefined || host.hostKey === undefined) {
    throw new NexusError('host.no_address', 'conflict', `Host ${host.name} has no address or no pinned host key yet.`, {
      hint: 'It is still being made: nexusctl host show tells how far it is.',
    })
  }
  return {
    hostId: host.id,
    address: host.address,
    port: host.port,
    user: host.user,
    hostKey: host.hostKey,
    ...(host.jump === undefined ? {} : { jump: host.jump }),
  }
}

/** `nexus-<org>-<env>` (S0-60), as a label of DNS: at most 63 letters, digits and hyphens. */
export function hostNameFor(organization: string, environment: string): string {
  const word = (text: string, limit: number) =>
    text
      .normalize('NFKD')
      .replaceAll(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, limit)
      .replace(/-+$/, '')
  return `nexus-${word(organization, 40) || 'org'}-${word(environment, 12) || 'prod'}`
}

export const hostNotFound = (id: string) =>
  new NexusError('host.not_found', 'missing', `There is no host ${id}.`, { hint: 'nexusctl host list' })

const hostCannotMove = (host: Host, to: HostState) =>
  new NexusError('host.cannot_move', 'conflict', `Host ${host.name} is ${host.state} and cannot become ${to}.`, {
    hint: `From ${host.state} it can become: ${hostMoves[host.state].join(', ') || 'nothing'}.`,
  })

export const hostNameTaken = (name: string, by: string) =>
  new NexusError('host.name_taken', 'conflict', `The name ${name} belongs to ${by}.`, {
    hint: 'Give this order another environment or organization name, or end the other one first.',
  })
