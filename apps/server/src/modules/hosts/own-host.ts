import { createHash } from 'node:crypto'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { Remote } from '../../platform/remote.ts'
import { type Host, type HostId, hostNameTaken, moveHost } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findByName, findHost, saveHost } from './host-store.ts'

/** Where a machine is, and the key by which a person knows it. */
export type PlacedMachine = {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly jump?: string
  /** Behind a jump host nobody sees the key from here: a person read it on the machine. */
  readonly hostKey?: string
  /** What a person compared on the machine itself; without it nothing goes on, and the answer shows what was seen. */
  readonly fingerprint?: string
}

export type OwnMachine = PlacedMachine & {
  readonly name: string
  readonly region: string
  readonly plan: string
  readonly pricePerMonth?: number
  readonly currency?: string
  readonly renewsAt?: Date
}

export type Shown = { readonly hostKey: string; readonly fingerprint: string }

/** As ssh-keygen -l prints it. */
export const fingerprintOf = (hostKey: string): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '')}`

/** Your own machines, and what a person decides about any host. */
export function ownHost(desk: Desk) {
  async function addStatic(actor: Actor, machine: OwnMachine): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    refuseForPlan(machine.plan)
    const known = await findByName(desk.db, machine.name)
    if (known) {
      if (known.provider === 'static' && known.address === machine.address) return known
      throw hostNameTaken(machine.name, `host ${known.id}`)
    }
    const shown = await keyConfirmed(desk.remote, machine)
    const at = desk.now()
    const host: Host = {
      id: newId('hst', at) as HostId,
      name: machine.name,
      state: 'creating',
      stateSince: at,
      address: machine.address,
      port: machine.port,
      user: machine.user,
      hostKey: shown.hostKey,
      ...(machine.jump === undefined ? {} : { jump: machine.jump }),
      provider: 'static',
      region: machine.region,
      plan: machine.plan,
      ...(machine.pricePerMonth === undefined ? {} : { pricePerMonth: String(machine.pricePerMonth) }),
      ...(machine.currency === undefined ? {} : { currency: machine.currency }),
      ...(machine.renewsAt === undefined ? {} : { renewsAt: machine.renewsAt }),
      wasLive: false,
      createdAt: at,
    }
    return desk.db.inTransaction(async (tx) => {
      await saveHost(tx, host)
      await recordAudit(tx, actor, {
        action: 'host.added',
        subject: host.id,
        at,
        after: { name: host.name, address: host.address, fingerprint: shown.fingerprint },
      })
      return host
    })
  }

  function refuseForPlan(name: string): void {
    const plan = desk.planOf(name)
    if (plan.providers.includes('static')) return
    throw new NexusError('host.plan_takes_no_static', 'invalid', `The plan ${name} takes no machines of your own.`, {
      hint: `It takes hosts of: ${plan.providers.join(', ')}.`,
    })
  }

  /** A person saw the new fingerprint on the machine itself: only exactly that key is pinned. */
  async function acceptKey(actor: Actor, hostId: string, fingerprint: string): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    const shown = await scan(desk.remote, host.address ?? '', host.port)
    if (shown.fingerprint !== fingerprint) throw notConfirmed({ address: host.address ?? '' }, shown)
    await desk.remote.forget(hostId)
    return desk.change(
      actor,
      hostId,
      'key_accepted',
      (now) => ({ ...now, hostKey: shown.hostKey }),
      `fingerprint ${fingerprint}`,
    )
  }

  const drain = (actor: Actor, hostId: string): Promise<Host> =>
    desk.change(actor, hostId, 'draining', (now) => moveHost(now, 'draining', desk.now()))

  /** Out of the inventory; the machine itself is left alone. */
  const retire = (actor: Actor, hostId: string, reason: string): Promise<Host> =>
    desk.change(actor, hostId, 'retired', (now) => moveHost(now, 'retired', desk.now()), reason)

  return { addStatic, acceptKey, drain, retire }
}

/** The key of a machine, once a person has compared exactly this one. */
export async function keyConfirmed(remote: Pick<Remote, 'scanHostKey'>, machine: PlacedMachine): Promise<Shown> {
  const { address, port, jump, hostKey } = machine
  if (jump !== undefined && hostKey === undefined) {
    throw new NexusError('host.key_not_given', 'invalid', `The host key of ${address} cannot be seen from here.`, {
      hint: 'Read it on the machine (/etc/ssh/ssh_host_ed25519_key.pub) and send it along as hostKey, with its fingerprint.',
    })
  }
  const shown =
    jump !== undefined && hostKey !== undefined
      ? { hostKey, fingerprint: fingerprintOf(hostKey) }
      : await scan(remote, address, port)
  if (machine.fingerprint !== shown.fingerprint) throw notConfirmed(machine, shown)
  return shown
}

async function scan(remote: Pick<Remote, 'scanHostKey'>, address: string, port: number): Promise<Shown> {
  const hostKey = await remote.scanHostKey(address, port)
  return { hostKey, fingerprint: fingerprintOf(hostKey) }
}

const notConfirmed = (machine: { readonly address: string }, shown: Shown) =>
  new NexusError('host.key_not_confirmed', 'conflict', `${machine.address} shows the host key ${shown.fingerprint}.`, {
    hint: `Compare it on the machine (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) and send it along as the fingerprint: ${shown.fingerprint}`,
    problems: [{ path: 'fingerprint', message: shown.fingerprint }],
  })
