import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import { toFailure } from '../../platform/errors.ts'
import { type Host, moveHost } from './host.ts'
import type { Desk } from './host-desk.ts'
import { allHosts, countSpares, findByOrder, lockPool, lockSpare, saveHost } from './host-store.ts'
import {
  countEarlier,
  dropWish,
  type HostWish,
  listTargets,
  type PoolTarget,
  saveTarget,
  saveWish,
  wasMadeForTicket,
} from './pool-store.ts'
import { type SpareFacts, spareFacts } from './spare-store.ts'

/** How long a wish counts that nobody came back for. */
const wishSeconds = 60
const leftBehindSeconds = 900

type Making = {
  readonly enterSpare: (actor: Actor, of: { readonly region: string; readonly plan: string }) => Promise<Host>
  readonly createSpare: (actor: Actor, host: Host) => Promise<Host>
  readonly providerFor: (plan: string) => { readonly name: string }
  readonly heldBack: (of: Pick<Host, 'provider' | 'region' | 'plan'>) => Promise<string | undefined>
}

/** `held`: why no spare is bought today. */
export type PoolState = PoolTarget & {
  readonly ready: number
  readonly coming: number
  readonly held?: string
} & SpareFacts

export function hostPool(desk: Desk, { enterSpare, createSpare, providerFor, heldBack }: Making) {
  /**
   * A spare for this order, or undefined when there is none for it: of the orders that ask at one moment those with the
   * earliest due time are served. Asked again, it answers the same host. A host that is being made for this order is no
   * spare: `provide` answers it.
   */
  async function reserve(actor: Actor, wish: HostWish): Promise<Host | undefined> {
    requirePermission(actor, 'hosts.write')
    const known = await findByOrder(desk.db, wish.orderId)
    if (known) return (await isSpare(known)) ? known : undefined
    await desk.db.inTransaction((tx) => saveWish(tx, wish, desk.now()))
    return desk.db.inTransaction(async (tx) => {
      await lockPool(tx, wish.region, wish.plan)
      const mine = await findByOrder(tx, wish.orderId)
      if (mine) return mine
      const { ready } = await countSpares(tx, wish.region, wish.plan)
      const earlier = await countEarlier(tx, wish, addSeconds(desk.now(), -wishSeconds))
      const spare = earlier < ready ? await lockSpare(tx, wish.region, wish.plan) : undefined
      await dropWish(tx, wish.orderId)
      if (!spare) return undefined
      const host: Host = { ...moveHost(spare, 'reserved', desk.now()), orderId: wish.orderId, reservedAt: desk.now() }
      await saveHost(tx, host)
      await recordAudit(tx, actor, {
        action: 'host.reserved',
        subject: host.id,
        at: desk.now(),
        after: { orderId: wish.orderId },
      })
      return host
    })
  }

  const isSpare = async (host: Host): Promise<boolean> =>
    host.state !== 'creating' && !(await wasMadeForTicket(desk.db, host.id))

  /**
   * Of orders that have been blocked too long (the caller knows which), the hosts nothing was placed on are spares again.
   * Answers the ids of those that need a rebuild first, for `release`.
   */
  async function lapseReservations(actor: Actor, orderIds: readonly string[]): Promise<readonly string[]> {
    requirePermission(actor, 'hosts.write')
    const toRelease: string[] = []
    for (const orderId of orderIds) {
      const host = await findByOrder(desk.db, orderId)
      if (!host || host.wasLive || host.state !== 'reserved') continue
      if (host.claimedAt !== undefined || host.provider === 'static') toRelease.push(host.id)
      else {
        await desk.change(actor, host.id, 'reservation_lapsed', (now) => {
          if (now.state !== 'reserved' || now.orderId !== orderId || now.claimedAt !== undefined) return now
          const { orderId: _order, ticket: _ticket, reservedAt: _reserved, ...rest } = now
          return moveHost(rest, 'ready', desk.now())
        })
      }
    }
    return toRelease
  }

  async function poolTargets(actor: Actor): Promise<readonly PoolState[]> {
    requirePermission(actor, 'hosts.read')
    const targets = await listTargets(desk.db)
    return Promise.all(
      targets.map(async (each) => {
        const counted = await countSpares(desk.db, each.region, each.plan)
        const held = counted.ready + counted.coming < each.target ? await mayNotBuy(each) : undefined
        const facts = await spareFacts(desk.db, each.region, each.plan)
        return { ...each, ...counted, ...facts, ...(held === undefined ? {} : { held }) }
      }),
    )
  }

  async function mayNotBuy(of: { readonly region: string; readonly plan: string }): Promise<string | undefined> {
    try {
      return await heldBack({ ...of, provider: providerFor(of.plan).name })
    } catch (thrown) {
      return toFailure(thrown).message
    }
  }

  async function setPoolTarget(actor: Actor, target: PoolTarget): Promise<PoolTarget> {
    requirePermission(actor, 'hosts.write')
    desk.planOf(target.plan)
    return desk.db.inTransaction(async (tx) => {
      await saveTarget(tx, target)
      await recordAudit(tx, actor, {
        action: 'pool.target_set',
        subject: `${target.region}/${target.plan}`,
        at: desk.now(),
        after: target,
      })
      return target
    })
  }

  async function spares(
    actor: Actor,
    of: { readonly region: string; readonly plan: string },
  ): Promise<readonly Host[]> {
    requirePermission(actor, 'hosts.read')
    return (await allHosts(desk.db, { ...of, state: 'ready' })).filter((each) => each.orderId === undefined)
  }

  /** One spare more where the target asks for one, made but not prepared yet; undefined when there are enough. */
  async function refillOne(
    actor: Actor,
    of: { readonly region: string; readonly plan: string },
  ): Promise<Host | undefined> {
    requirePermission(actor, 'hosts.write')
    const left = await leftBehind(of)
    if (left) return left.address === undefined ? createSpare(actor, left) : left
    if ((await mayNotBuy(of)) !== undefined) return undefined
    const entered = await desk.db.inTransaction(async (tx) => {
      await lockPool(tx, of.region, of.plan)
      const target =
        (await listTargets(tx)).find((each) => each.region === of.region && each.plan === of.plan)?.target ?? 0
      const { ready, coming } = await countSpares(tx, of.region, of.plan)
      return ready + coming < target ? enterSpare(actor, of) : undefined
    })
    return entered && createSpare(actor, entered)
  }

  /** A spare that was begun and not finished, or that was rebuilt after an order let it go and nobody prepared since. */
  async function leftBehind(of: { readonly region: string; readonly plan: string }): Promise<Host | undefined> {
    const idleSince = addSeconds(desk.now(), -leftBehindSeconds)
    const hosts = [
      ...(await allHosts(desk.db, { ...of, state: 'creating' })),
      ...(await allHosts(desk.db, { ...of, state: 'preparing' })),
    ]
    return hosts.find(
      (each) =>
        each.orderId === undefined &&
        each.provider !== 'static' &&
        (each.state === 'creating' || each.stateSince < idleSince),
    )
  }

  return { reserve, lapseReservations, poolTargets, setPoolTarget, spares, refillOne }
}
