import { setTimeout as pause } from 'node:timers/promises'
import type { Actor } from '../../platform/actor.ts'
import { toFailure } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Host, moveHost } from './host.ts'
import type { Desk } from './host-desk.ts'
import { findHost } from './host-store.ts'
import { findRebuild, intend, type RebuildEffect, settle } from './pool-store.ts'

/** A system that goes down for its rebuild still answers for a moment; a fresh one takes its time to boot. */
const oldSystemSeconds = 15
const bootSeconds = 180

/**
 * A fresh system on the same machine, once an occasion: a rebuild that was cut off is recognised by the host key that was
 * given with it. Rows are settled last, so that what is settled is also said in the host's row.
 */
export function rebuildHost(desk: Desk) {
  async function rebuildAt(actor: Actor, host: Host, occasion: string): Promise<Host> {
    if (host.providerId === undefined) return findHost(desk.db, host.id)
    const begun = await findRebuild(desk.db, host.id, occasion)
    if (begun?.doneAt && isUntouchedSince(host, begun)) return host
    if (begun && !begun.doneAt && (await wasDone(host, begun))) return finish(actor, host, begun)

    const keys = desk.newHostKey()
    const effect = { id: newId('eff', desk.now()), hostKey: keys.publicKey }
    await desk.db.inTransaction((tx) =>
      intend(tx, { ...effect, hostId: host.id, kind: 'rebuild', label: occasion, at: desk.now() }),
    )
    await desk.remote.forget(host.id)
    await desk.providerOf(host).rebuild(host.providerId, { authorizedKeys: [desk.keys.firstKey.trim()], hostKey: keys })
    return finish(actor, host, effect)
  }

  async function finish(actor: Actor, host: Host, effect: Pick<RebuildEffect, 'id' | 'hostKey'>): Promise<Host> {
    await desk.remote.forget(host.id)
    const rebuilt = await desk.change(actor, host.id, 'rebuilt', (now) => {
      const {
        facts: _facts,
        baselineVersion: _version,
        baselineAt: _at,
        claimedAt: _claimed,
        quarantineReason: _reason,
        ...rest
      } = now
      return { ...moveHost(rest, 'preparing', desk.now()), hostKey: effect.hostKey, user: 'root' }
    })
    await desk.db.inTransaction((tx) => settle(tx, effect.id, { server: host.providerId }, desk.now()))
    return rebuilt
  }

  /** Whether the provider got the request before its asker died: the machine then shows the key that came with it. */
  async function wasDone(host: Host, { hostKey }: RebuildEffect): Promise<boolean> {
    const began = desk.now().getTime()
    for (let wait = 100; ; wait = Math.min(wait * 1.5, 2000)) {
      const shown = await desk.remote.scanHostKey(host.address ?? '', host.port).catch((thrown: unknown) => {
        if (toFailure(thrown).kind === 'unavailable') return undefined
        throw thrown
      })
      if (shown === hostKey) return true
      const seconds = (desk.now().getTime() - began) / 1000
      if (seconds > (shown === undefined ? bootSeconds : oldSystemSeconds)) return false
      await pause(wait)
    }
  }

  return { rebuildAt }
}

/** Whatever was done on the host after its rebuild makes the next wish of a rebuild a new one. */
const isUntouchedSince = (host: Host, { hostKey }: RebuildEffect) =>
  host.state === 'preparing' &&
  host.hostKey === hostKey &&
  host.claimedAt === undefined &&
  host.baselineVersion === undefined
