import { type Actor, requirePermission } from '../../platform/actor.ts'
import { NexusError } from '../../platform/errors.ts'
import type { HostAddress, Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { baselineWords } from './baseline-shell.ts'
import type { Proving } from './confirm-access.ts'
import { keyLine, nextKeySession, sourcesOf } from './control-keys.ts'
import { armWords } from './dead-man.ts'
import type { Host } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findHost } from './host-store.ts'

/** Where a host stands with its key, and where a rekey would bring it. */
export type HostKeys = {
  readonly host: Host
  /** Its own, or the first key, which opens every host that has none. */
  readonly own: boolean
  readonly line: string
  readonly placedAt: Date | undefined
  /** A rekey was begun and not finished. */
  readonly underWay: boolean
  /** Addresses a new key would be bound to; none is everywhere. */
  readonly from: readonly string[]
}

/**
 * A new key for a host, and nobody locked out: it is placed beside the old one and gets in by itself before the old one
 * goes; the old file comes back by the host's own timer unless a fresh session says that all is well. Each verb is safe twice.
 */
export function rekeyHost(desk: Desk, { confirm }: Proving) {
  const fromOf = ({ facts }: Host) => sourcesOf(desk.settings.controlAddresses, facts)

  async function keysOf(actor: Actor, hostId: string): Promise<HostKeys> {
    requirePermission(actor, 'hosts.read')
    const host = await findHost(desk.db, hostId)
    const { current, next } = await desk.keys.find(hostId)
    return {
      host,
      own: current !== undefined,
      line: current?.line ?? keyLine(desk.keys.firstKey, []),
      placedAt: current?.placedAt,
      underWay: next !== undefined,
      from: fromOf(host),
    }
  }

  /** From here on both keys get in. */
  async function placeNextKey(actor: Actor, hostId: string): Promise<void> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    if (host.user !== 'nexus') throw notPrepared(host)
    const { current } = await desk.keys.find(hostId)
    const next = await desk.keys.makeNext(actor, hostId, fromOf(host))
    await place(host, [current?.line ?? keyLine(desk.keys.firstKey, []), next.line])
  }

  /** From here on only the new one does. Whoever takes the old one away came in by the new one. */
  async function dropOldKey(actor: Actor, hostId: string): Promise<void> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    const { next } = await desk.keys.find(hostId)
    if (next) await place(host, [next.line], { hostId: nextKeySession(hostId) })
  }

  async function place(host: Host, lines: readonly string[], address: Partial<HostAddress> = {}): Promise<void> {
    const placed = await desk.run(host, placeKeys(lines, desk.settings.deadManSeconds), { address })
    if (placed.exit !== 0) throw notPlaced(host, placed.stderr || placed.noise)
    await confirm(host, { hostId: nextKeySession(host.id) })
  }

  async function takeNextKey(actor: Actor, hostId: string): Promise<void> {
    await desk.keys.promote(actor, hostId)
    await desk.remote.forget(hostId)
  }

  return { keysOf, placeNextKey, dropOldKey, takeNextKey }
}

const path = '/home/nexus/.ssh/authorized_keys'

const placeKeys = (lines: readonly string[], deadManSeconds: number): Program => ({
  name: 'place the keys of the control plane',
  script: `${baselineWords}
${armWords(deadManSeconds)}
arm >&3 || { echo 'the dead-man timer could not be armed' >&2; exit 1; }
put ${path} 600 nexus:nexus ${sh(lines.map((each) => `${each}\n`).join(''))} || exit 1
printf '{"type":"placed"}\\n'
`,
  timeoutSeconds: 60,
})

const notPrepared = (host: Host) =>
  new NexusError('host.not_prepared', 'conflict', `${host.name} has no account of the control plane yet.`, {
    hint: `Its first baseline gives it a key of its own: nexusctl host baseline ${host.name}`,
  })

const notPlaced = (host: Host, said: string) =>
  new NexusError('host.key_not_placed', 'conflict', `On ${host.name} the new key could not be placed.`, {
    hint: said.slice(0, 300) || `nexusctl host preflight ${host.name}`,
  })
