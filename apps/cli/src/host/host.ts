import type { ItemOf } from '@nexus/client'
import { type Api, listOf } from '../api.ts'
import { fail } from '../failure.ts'
import { table } from '../io.ts'
import { facts, moment, since } from '../show.ts'

/** A host as the API answers it. */
export type Host = ItemOf<'listHosts'>

export const hostArgument = ['<host>', 'the name or the id of a host'] as const

/** The id behind a word: hosts are kept by id, and people know them by name. */
export async function hostIdOf(api: Api, word: string): Promise<string> {
  if (word.startsWith('hst_')) return word
  const { items } = await listOf(api, 'listHosts', { limit: 2000 })
  const named = items.filter((host) => host.name === word)
  const inUse = named.filter((host) => host.state !== 'retired')
  const [found, other] = inUse.length > 0 ? inUse : named
  if (!found) throw fail('host.not_found', 'missing', `There is no host ${word}.`, 'nexusctl host list')
  if (!other) return found.id
  throw fail('host.name_shared', 'conflict', `More than one host is called ${word}.`, 'Use the id: nexusctl host list')
}

export const hostsText = (hosts: readonly Host[], now: Date): string =>
  table(
    ['host', 'name', 'state', 'for', 'address', 'provider', 'region', 'plan', 'ticket'],
    hosts.map((host) => [
      host.id,
      host.name,
      host.state,
      since(host.stateSince, now),
      host.address ?? '',
      host.provider,
      host.region,
      host.plan,
      host.ticket ?? '',
    ]),
  )

export const hostText = (host: Host, now: Date): string =>
  facts([
    ['Host', host.id],
    ['Name', host.name],
    ['State', `${host.state} for ${since(host.stateSince, now)}`],
    ['Quarantined', host.quarantineReason],
    ['Ticket', host.ticket],
    ['Was live', host.wasLive ? 'yes: never rebuilt, destroyed or given back' : undefined],
    ['Address', host.address && `${host.user}@${host.address}:${host.port}`],
    ['Host key', host.hostKey],
    ['Provider', host.providerId ? `${host.provider}, as ${host.providerId}` : host.provider],
    ['Region', host.region],
    ['Plan', host.plan],
    ['Price', host.pricePerMonth && `${host.pricePerMonth} ${host.currency ?? ''} a month`],
    ['Renews', moment(host.renewsAt)],
    ['Baseline', host.baselineVersion && `${host.baselineVersion} since ${moment(host.baselineAt)}`],
    ['Created', moment(host.createdAt)],
  ])
