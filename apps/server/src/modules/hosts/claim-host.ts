import { type Actor, requirePermission } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { ProgramResult } from '../../platform/remote.ts'
import { type Claim, claimHost as claimProgram, markHostLive, unclaimHost } from './claim-program.ts'
import { type Host, hostNameTaken, isStatic, moveHost, refuseIfStatic, refuseIfWasLive } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findByName, findHost } from './host-store.ts'
import { intend, settle, wasMadeForTicket } from './pool-store.ts'

type Rebuilding = { readonly rebuildAt: (actor: Actor, host: Host, occasion: string) => Promise<Host> }

/** From a reserved host to a live one, and every way back: what was live once never goes back. */
export function claimHost(desk: Desk, { rebuildAt }: Rebuilding) {
  /** Gives the host its name (S0-60) and leaves the receipt with the ticket. */
  async function claim(actor: Actor, hostId: string, wanted: Claim): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(wanted.name)) throw badName(wanted.name)
    const taken = await findByName(desk.db, wanted.name)
    if (taken && taken.id !== hostId)
      throw hostNameTaken(wanted.name, taken.ticket === undefined ? `host ${taken.id}` : `ticket ${taken.ticket}`)
    const host = await desk.change(actor, hostId, 'claimed', (now) => {
      if (now.orderId !== wanted.orderId) throw notYours(now)
      if (now.name === wanted.name && now.ticket === wanted.ticket && now.claimedAt !== undefined) return now
      return { ...now, name: wanted.name, ticket: wanted.ticket, claimedAt: now.claimedAt ?? desk.now() }
    })
    const result = await desk.run(host, claimProgram(wanted))
    if (says(result, 'taken')) throw hostNameTaken(host.name, 'another ticket, by the receipt on it')
    if (result.exit !== 0 || !says(result, 'claimed')) throw didNotWork('claim', host, result)
    return host
  }

  /** The mark is on the host too, so that no lost database makes a customer's machine a spare. */
  async function markLive(actor: Actor, hostId: string): Promise<Host> {
    const host = await desk.change(actor, hostId, 'live', (now) =>
      now.state === 'live' && now.wasLive ? now : { ...moveHost(now, 'live', desk.now()), wasLive: true },
    )
    const result = await desk.run(host, markHostLive())
    if (result.exit !== 0 || !says(result, 'marked')) throw didNotWork('mark', host, result)
    return host
  }

  /** A fresh system, once an occasion; the baseline has to run again. The order stays attached. */
  async function rebuild(actor: Actor, hostId: string, occasion: string): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    refuseIfWasLive(host, 'rebuilt')
    refuseIfStatic(host, 'rebuilt')
    return rebuildAt(actor, host, occasion)
  }

  /**
   * The order lets go of the host. A spare nothing was placed on is one again at once; otherwise it is rebuilt and becomes
   * one after its next baseline. A host made for this ticket ends. Your own machines lose what was placed on them.
   */
  async function release(actor: Actor, hostId: string): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    refuseIfWasLive(host, 'given back')
    if (host.orderId === undefined) return host
    if (isStatic(host)) return undoStatic(actor, hostId)
    if (await wasMadeForTicket(desk.db, hostId)) return destroy(actor, hostId)
    const wasTouched = host.claimedAt !== undefined || host.state !== 'reserved'
    if (wasTouched && host.providerId !== undefined) await rebuildAt(actor, host, `released by ${host.orderId}`)
    return desk.change(actor, hostId, 'released', (now) => letGo(wasTouched ? now : moveHost(now, 'ready', desk.now())))
  }

  /** Never for a host of a customer, never for a machine of your own. Its record stays, as retired. */
  async function destroy(actor: Actor, hostId: string): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    refuseIfWasLive(host, 'destroyed')
    refuseIfStatic(host, 'destroyed')
    if (host.state === 'retired') return host
    if (host.providerId !== undefined) {
      const effect = newId('eff', desk.now())
      await desk.db.inTransaction((tx) =>
        intend(tx, { id: effect, hostId, kind: 'destroy', label: `host=${hostId}`, at: desk.now() }),
      )
      await desk.remote.forget(hostId)
      await desk.providerOf(host).destroy(host.providerId)
      await desk.db.inTransaction((tx) => settle(tx, effect, { server: host.providerId }, desk.now()))
    }
    return desk.change(actor, hostId, 'destroyed', (now) => moveHost(now, 'retired', desk.now()))
  }

  /** On your own machine only what the receipt of this ticket says Nexus placed is taken away. */
  async function undoStatic(actor: Actor, hostId: string): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    refuseIfWasLive(host, 'undone')
    if (host.ticket !== undefined && host.hostKey !== undefined) {
      const result = await desk.run(host, unclaimHost(host.ticket))
      if (result.exit !== 0 || !says(result, 'unclaimed')) throw didNotWork('undo', host, result)
    }
    return desk.change(actor, hostId, 'released', (now) =>
      letGo(now.state === 'reserved' ? moveHost(now, 'ready', desk.now()) : now),
    )
  }

  /** The name goes with the order: a spare never holds a customer's name. */
  function letGo(host: Host): Host {
    const { orderId: _order, ticket: _ticket, reservedAt: _reserved, claimedAt: _claimed, ...rest } = host
    return isStatic(host) ? rest : { ...rest, name: `nexus-spare-${host.id.slice(-8)}` }
  }

  return { claim, markLive, rebuild, release, destroy, undoStatic }
}

const says = (result: ProgramResult, type: string) =>
  result.events.some((event) => typeof event === 'object' && event !== null && 'type' in event && event.type === type)

const badName = (name: string) =>
  new NexusError('host.bad_name', 'invalid', `${name} is no host name.`, {
    hint: 'Small letters, digits and hyphens, at most 63.',
  })

const notYours = (host: Host) =>
  new NexusError('host.not_reserved', 'conflict', `Host ${host.name} is not reserved for this order.`, {
    hint: 'Reserve it first.',
  })

const didNotWork = (act: string, host: Host, result: ProgramResult) =>
  new NexusError(`host.${act}_failed`, 'conflict', `On ${host.name} the ${act} ended with ${result.exit}.`, {
    hint: (result.stderr || result.noise).slice(0, 300) || 'Look at the host with nexusctl host show.',
  })
