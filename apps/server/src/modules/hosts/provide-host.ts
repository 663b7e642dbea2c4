import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Host, type HostId, hostNameTaken } from './host.ts'
import type { Desk } from './host-desk.ts'
import type { HostProvider, ProvidedServer } from './host-provider.ts'
import { findByName, findByOrder, saveHost } from './host-store.ts'
import { intend, settle } from './pool-store.ts'

export type WantedHost = {
  readonly orderId: string
  readonly ticket: string
  readonly plan: string
  readonly region: string
  /** `nexus-<org>-<env>`. */
  readonly name: string
}

/** Machines that are made: on demand for an order, or as a spare. A creation that was cut off is found again by its label. */
export function provideHost(desk: Desk) {
  /** A host of this order, made where there is none yet. It has an address when this answers; ssh may still be starting. */
  async function provide(actor: Actor, wanted: WantedHost): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const known = await findByOrder(desk.db, wanted.orderId)
    const host = known ?? (await enter(actor, wanted))
    return host.address === undefined ? create(actor, host, { key: 'ticket', value: wanted.ticket }) : host
  }

  /** The row comes first: whatever happens at the provider afterwards, we know that we asked. */
  async function enter(actor: Actor, wanted: WantedHost): Promise<Host> {
    const provider = providerFor(wanted.plan)
    const taken = await findByName(desk.db, wanted.name)
    if (taken)
      throw hostNameTaken(wanted.name, taken.ticket === undefined ? `host ${taken.id}` : `ticket ${taken.ticket}`)
    const { orderId, ticket } = wanted
    return add(actor, { ...fresh(wanted.name, provider, wanted), orderId, ticket, reservedAt: desk.now() })
  }

  async function add(actor: Actor, host: Host): Promise<Host> {
    return desk.db.inTransaction(async (tx) => {
      await saveHost(tx, host)
      await recordAudit(tx, actor, {
        action: 'host.creating',
        subject: host.id,
        at: desk.now(),
        after: { name: host.name, provider: host.provider },
      })
      return host
    })
  }

  /** A spare for the pool; the row of one that was begun and has no address yet is carried on by its caller. */
  function enterSpare(actor: Actor, of: { readonly region: string; readonly plan: string }): Promise<Host> {
    const host = fresh('', providerFor(of.plan), of)
    return add(actor, { ...host, name: `nexus-spare-${host.id.slice(-8)}` })
  }

  const createSpare = (actor: Actor, host: Host) => create(actor, host, { key: 'host', value: host.id })

  function fresh(name: string, provider: HostProvider, of: { readonly region: string; readonly plan: string }): Host {
    const at = desk.now()
    return {
      id: newId('hst', at) as HostId,
      name,
      state: 'creating',
      stateSince: at,
      port: 22,
      user: 'root',
      provider: provider.name,
      region: of.region,
      plan: of.plan,
      wasLive: false,
      createdAt: at,
    }
  }

  function providerFor(planName: string): HostProvider {
    const plan = desk.planOf(planName)
    const provider = desk.providers.find((each) => each.can.create && plan.providers.includes(each.name))
    if (provider) return provider
    throw new NexusError(
      'host.none_to_be_had',
      'conflict',
      `No provider set up here makes hosts for the plan ${planName}.`,
      {
        hint: `The plan takes hosts of: ${plan.providers.join(', ')}. Add a machine with nexusctl host add, or set a provider up.`,
      },
    )
  }

  async function create(
    actor: Actor,
    host: Host,
    label: { readonly key: string; readonly value: string },
  ): Promise<Host> {
    const provider = desk.providerOf(host)
    const found = await provider.findByLabel(label.key, label.value)
    if (found.length > 0) return takeFirst(actor, host, provider, found, undefined)
    const named = (await provider.list()).find((each) => each.name === host.name)
    if (named) {
      throw hostNameTaken(
        host.name,
        named.labels.ticket === undefined ? `server ${named.id} of ${provider.name}` : `ticket ${named.labels.ticket}`,
      )
    }
    const keys = desk.newHostKey()
    const effect = newId('eff', desk.now())
    await desk.db.inTransaction((tx) =>
      intend(tx, {
        id: effect,
        hostId: host.id,
        kind: 'create',
        label: `${label.key}=${label.value}`,
        hostKey: keys.publicKey,
        at: desk.now(),
      }),
    )
    await provider.create({
      name: host.name,
      labels: { [label.key]: label.value, host: host.id },
      region: host.region,
      plan: host.plan,
      authorizedKeys: [desk.controlKey.publicKey.trim()],
      hostKey: keys,
    })
    return takeFirst(actor, host, provider, await provider.findByLabel(label.key, label.value), effect)
  }

  /** Two under one label can only be a doubled request of ours: the older one stays, the empty other one goes. */
  async function takeFirst(
    actor: Actor,
    host: Host,
    provider: HostProvider,
    servers: readonly ProvidedServer[],
    effect: string | undefined,
  ): Promise<Host> {
    const [server, ...doubled] = [...servers].sort(
      (a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id),
    )
    if (!server) {
      throw new NexusError(
        'host.not_made',
        'unavailable',
        `${provider.name} made ${host.name} but does not list it yet.`,
        {
          hint: 'It is looked for again by its label.',
        },
      )
    }
    for (const each of doubled) await provider.destroy(each.id)
    if (effect !== undefined) {
      await desk.db.inTransaction((tx) =>
        settle(tx, effect, { server: server.id, doubled: doubled.map((each) => each.id) }, desk.now()),
      )
    }
    return desk.change(actor, host.id, 'made', (now) => ({
      ...now,
      address: server.address,
      providerId: server.id,
      ...(server.pricePerMonth === undefined ? {} : { pricePerMonth: String(server.pricePerMonth) }),
      ...(server.currency === undefined ? {} : { currency: server.currency }),
      ...(server.renewsAt === undefined ? {} : { renewsAt: new Date(server.renewsAt) }),
    }))
  }

  return { provide, enterSpare, createSpare }
}
