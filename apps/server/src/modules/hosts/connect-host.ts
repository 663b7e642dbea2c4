import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { ProgramResult } from '../../platform/remote.ts'
import { readBoot, rebootHost } from './claim-program.ts'
import { type Host, moveHost } from './host.ts'
import type { Desk } from './host-desk.ts'
import { type HostFacts, parseFacts, readFacts, refuseUnsupported } from './host-facts.ts'
import { findHost } from './host-store.ts'
import { intendedKeys } from './pool-store.ts'

const waitSeconds = 180

/** The first talk with a host: its key must be one we gave it (or a person confirmed), its system one we know. */
export function connectHost(desk: Desk) {
  async function connect(actor: Actor, hostId: string): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const host = await pinKey(actor, await findHost(desk.db, hostId))
    const { user, facts } = await greet(host)
    refuseUnsupported(facts)
    if (facts.ticket !== '' && host.ticket !== undefined && facts.ticket !== host.ticket)
      throw belongsTo(host, facts.ticket)
    return desk.change(actor, host.id, 'connected', (now) => {
      const next = now.state === 'creating' ? moveHost(now, 'preparing', desk.now()) : now
      return { ...next, user, facts, wasLive: now.wasLive || facts.wasLive }
    })
  }

  /** A creation that was sent twice has two intended keys: the one that answers must be among them. */
  async function pinKey(actor: Actor, host: Host): Promise<Host> {
    if (host.hostKey !== undefined) return host
    const intended = await intendedKeys(desk.db, host.id)
    const [newest] = intended
    if (newest === undefined) {
      throw new NexusError('host.no_key', 'conflict', `No host key is pinned for ${host.name}.`, {
        hint: 'nexusctl host add asks for it.',
      })
    }
    const shown =
      intended.length === 1 ? newest : await until(() => desk.remote.scanHostKey(host.address ?? '', host.port))
    const key = intended.includes(shown) ? shown : newest
    return desk.change(actor, host.id, 'key_pinned', (now) => ({ ...now, hostKey: key }))
  }

  /** As the user we know, and as the other one where a hand-over was cut off in the middle or taken back. */
  async function greet(host: Host): Promise<{ user: string; facts: HostFacts }> {
    const others = host.provider === 'static' ? ['nexus'] : ['root', 'nexus']
    const users = [host.user, ...others.filter((each) => each !== host.user)]
    return until(async () => {
      let refused: unknown
      for (const user of users) {
        try {
          return { user, facts: parseFacts(await desk.run(host, readFacts(), { address: { user } })) }
        } catch (thrown) {
          const { code } = toFailure(thrown)
          if (code === 'host.key_changed') throw await oldSystem(host, thrown)
          if (code !== 'host.login_refused') throw thrown
          refused ??= thrown
        }
      }
      throw refused
    })
  }

  /** Right after a rebuild the old system may still answer, with the key we gave it then: that is worth waiting for. */
  async function oldSystem(host: Host, thrown: unknown): Promise<unknown> {
    const shown = await desk.remote.scanHostKey(host.address ?? '', host.port)
    const intended = await intendedKeys(desk.db, host.id)
    if (shown !== host.hostKey && !intended.includes(shown)) return thrown
    return new NexusError(
      'host.not_rebuilt_yet',
      'unavailable',
      `On ${host.name} the system from before the rebuild still answers.`,
      {
        hint: 'It is asked again.',
      },
    )
  }

  /** Tried again while the host does not answer, within a limit. */
  async function until<T>(work: () => Promise<T>): Promise<T> {
    const deadline = desk.now().getTime() + waitSeconds * 1000
    for (let wait = 100; ; wait = Math.min(wait * 1.5, 2000)) {
      try {
        return await work()
      } catch (thrown) {
        if (toFailure(thrown).kind !== 'unavailable' || desk.now().getTime() + wait > deadline) throw thrown
        await pause(wait)
      }
    }
  }

  /** Reboots and waits until another boot answers. */
  async function reboot(host: Host): Promise<void> {
    const before = bootOf(await desk.run(host, rebootHost()))
    await desk.remote.forget(host.id)
    await until(async () => {
      const now = bootOf(await desk.run(host, readBoot()))
      if (now !== undefined && now !== before) return
      await desk.remote.forget(host.id)
      throw new NexusError('host.not_rebooted', 'unavailable', `${host.name} has not rebooted yet.`, {
        hint: 'nexusctl host show',
      })
    })
  }

  return { connect, reboot }
}

const bootOf = (result: ProgramResult) =>
  result.events.flatMap(
    (each) => z.object({ type: z.literal('boot'), id: z.string().min(1) }).safeParse(each).data ?? [],
  )[0]?.id

const belongsTo = (host: Host, ticket: string) =>
  new NexusError('host.claimed', 'conflict', `The receipt on ${host.name} belongs to ticket ${ticket}.`, {
    hint: 'Release that order first, or take another host.',
  })
