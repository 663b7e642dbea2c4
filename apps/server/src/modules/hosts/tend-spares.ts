import { type Actor, requirePermission } from '../../platform/actor.ts'
import { addSeconds } from '../../platform/clock.ts'
import { type Host, isStatic, moveHost, takesOrders } from './host.ts'
import type { Desk } from './host-desk.ts'
import { forgetPackageLists } from './patch-host.ts'
import { bornAt, dueSpares } from './spare-store.ts'

/** So many at once are out of the pool to be looked after. */
const atOnce = 2

type Parts = {
  readonly prepare: (actor: Actor, hostId: string) => Promise<unknown>
  readonly find: (actor: Actor, hostId: string) => Promise<Host>
}

export type HeldSpare = { readonly held: boolean; readonly mayRebuild: boolean; readonly stale: boolean }

/** One whose baseline failed and that no order ever had: a rebuild is what is left. */
const isLeftAlone = (host: Host) => host.state === 'quarantined' && host.orderId === undefined && !host.wasLive

/** Spares are looked after every so often, while nobody can reserve them: patched, preflighted, rebuilt when too old. */
export function tendSpares(desk: Desk, { prepare, find }: Parts) {
  /** Spares that nobody looked at for the time that a look counts. */
  async function sparesToTend(actor: Actor): Promise<readonly string[]> {
    requirePermission(actor, 'hosts.read')
    return dueSpares(desk.db, addSeconds(desk.now(), -desk.drift.freshHours * 3600), atOnce)
  }

  /** Out of the pool for a while, where no order has it; `stale` is too old to be kept as it is. */
  async function holdSpare(actor: Actor, hostId: string): Promise<HeldSpare> {
    const host = await desk.change(actor, hostId, 'tending', (now) =>
      takesOrders(now) || isLeftAlone(now) ? moveHost(now, 'preparing', desk.now()) : now,
    )
    const held = host.state === 'preparing' && host.orderId === undefined
    const born = await bornAt(desk.db, hostId)
    const { spareDays } = desk.drift
    const oldest = addSeconds(desk.now(), -spareDays * 86_400)
    const mayRebuild = !isStatic(host)
    return { held, mayRebuild, stale: held && mayRebuild && spareDays > 0 && born !== undefined && born < oldest }
  }

  /** The newest updates and the whole baseline, with a reboot where that is asked for: nobody is on it. */
  async function freshen(actor: Actor, hostId: string): Promise<void> {
    requirePermission(actor, 'hosts.write')
    await desk.run(await find(actor, hostId), forgetPackageLists())
    await prepare(actor, hostId)
  }

  return { sparesToTend, holdSpare, freshen }
}
