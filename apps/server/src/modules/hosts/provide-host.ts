import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { buyHost } from './buy-host.ts'
import { type Host, type HostId, hostNameTaken } from './host.ts'
import type { Desk } from './host-desk.ts'
import type { HostProvider } from './host-provider.ts'
import { findByName, findByOrder, saveHost } from './host-store.ts'

export type WantedHost = {
  readonly orderId: string
  readonly ticket: string
  readonly plan: string
  readonly region: string
  /** `nexus-<org>-<env>`. */
  readonly name: string
}

type Buying = Pick<ReturnType<typeof buyHost>, 'buy'>

/** Machines that are made: on demand for an order, or as a spare. A creation that was cut off is found again by its label. */
export function provideHost(desk: Desk, { buy }: Buying) {
  /** A host of this order, made where there is none yet. It has an address when this answers; ssh may still be starting. */
  async function provide(actor: Actor, wanted: WantedHost): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const known = await findByOrder(desk.db, wanted.orderId)
    const host = known ?? (await enter(actor, wanted))
    return host.address === undefined ? buy(actor, host, { key: 'ticket', value: wanted.ticket }) : host
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

  const createSpare = (actor: Actor, host: Host) => buy(actor, host, { key: 'host', value: host.id })

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

  return { provide, enterSpare, createSpare, providerFor }
}
