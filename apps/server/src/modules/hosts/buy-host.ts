import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { type Host, hostNameTaken } from './host.ts'
import type { Desk } from './host-desk.ts'
import type { HostProvider, ProvidedServer } from './host-provider.ts'
import { allHosts } from './host-store.ts'
import {
  askAgain,
  boughtSince,
  endAsking,
  type HostEffect,
  intendPurchase,
  lastPrice,
  listEffects,
  lockPurchases,
  openPurchase,
  settlePurchases,
} from './ledger-store.ts'
import { intend, settle } from './pool-store.ts'
import { aboveCeiling, beingMade, dayOf, purchaseHeld, purchaseRefused } from './purchase-ceiling.ts'

type Label = { readonly key: 'ticket' | 'host'; readonly value: string }
type Admitted = { readonly held?: string; readonly approvalId?: string }

/** Longer than any adapter waits for an answer: until then a call that nobody ended may still arrive. */
const askingSeconds = 65

/**
 * Everything that costs money goes through here: an intent in the ledger first, under a deterministic name, looked for at
 * the provider before it is asked again, and never above the ceiling of the day without a second person.
 */
export function buyHost(desk: Desk) {
  async function buy(actor: Actor, host: Host, label: Label): Promise<Host> {
    requirePermission(actor, 'hosts.write')
    const provider = desk.providerOf(host)
    // In this order: a server of this name that another run of ours makes meanwhile is found by its label.
    const named = (await provider.list()).find((each) => each.name === host.name)
    const found = await provider.findByLabel(label.key, label.value)
    if (found.length > 0) return takeFirst(actor, host, provider, found)
    if (named) {
      throw hostNameTaken(
        host.name,
        named.labels.ticket === undefined ? `server ${named.id} of ${provider.name}` : `ticket ${named.labels.ticket}`,
      )
    }
    const keys = desk.newHostKey()
    const { held, approvalId } = await desk.db.inTransaction((tx) => admit(tx, actor, host, label, keys.publicKey))
    if (held !== undefined) throw purchaseHeld(host.name, held, approvalId)
    try {
      await provider.create({
        name: host.name,
        labels: { [label.key]: label.value, host: host.id },
        region: host.region,
        plan: host.plan,
        authorizedKeys: [desk.keys.firstKey.trim()],
        hostKey: keys,
      })
    } finally {
      await desk.db.inTransaction((tx) => endAsking(tx, host.id))
    }
    return takeFirst(actor, host, provider, await provider.findByLabel(label.key, label.value))
  }

  /** The intent, once a host. What is asked by somebody else at this moment is not asked twice. */
  async function admit(tx: Tx, actor: Actor, host: Host, label: Label, hostKey: string): Promise<Admitted> {
    await lockPurchases(tx, host.provider)
    const at = desk.now()
    const askingUntil = addSeconds(at, askingSeconds)
    const open = await openPurchase(tx, host.id)
    if (open) {
      if (open.askingUntil !== undefined && open.askingUntil > at) throw beingMade(host.name)
      await askAgain(tx, open.id, hostKey, askingUntil)
      return {}
    }
    const expected = await lastPrice(tx, host)
    const above = aboveCeiling(desk.purchases.ceilings, await boughtSince(tx, host.provider, dayOf(at)), expected)
    const allowed = above === undefined ? {} : await secondPerson(tx, actor, host, label, above)
    if (allowed.held !== undefined) return allowed
    const { provider, region, plan } = host
    await intendPurchase(tx, {
      ...{ id: newId('eff', at), hostId: host.id, label: `${label.key}=${label.value}`, hostKey },
      ...{ provider, region, plan, expected, approvalId: allowed.approvalId, at, askingUntil },
    })
    return {}
  }

  /** For an order somebody is asked, once an attempt; a spare waits for another day. */
  async function secondPerson(tx: Tx, actor: Actor, host: Host, label: Label, above: string): Promise<Admitted> {
    if (label.key !== 'ticket') return { held: above }
    const { provider, region, plan } = host
    const run = desk.fence()?.run ?? ''
    const approval = await desk.purchases.seek(
      tx,
      actor,
      {
        kind: 'host.buy_above_ceiling',
        subject: label.value,
        parameters: { provider, region, plan, run },
        what: `One more host is bought from ${provider} for ${label.value}. ${above}`,
        permission: 'hosts.write',
      },
      above,
    )
    if (approval.state === 'open') return { held: above, approvalId: approval.id }
    if (approval.state !== 'approved') {
      throw purchaseRefused(host.name, approval.decidedWhy ?? 'nobody decided in time.')
    }
    await desk.purchases.use(tx, actor, approval.id)
    return { approvalId: approval.id }
  }

  /** Two under one label can only be a doubled request of ours: the older one stays, the empty other one goes. */
  async function takeFirst(
    actor: Actor,
    host: Host,
    provider: HostProvider,
    servers: readonly ProvidedServer[],
  ): Promise<Host> {
    const [server, ...doubled] = [...servers].sort(
      (a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id),
    )
    if (!server) throw notMade(provider.name, host.name)
    for (const each of doubled) await provider.destroy(each.id)
    const { pricePerMonth, currency } = server
    const price =
      pricePerMonth !== undefined && currency !== undefined ? { perMonth: pricePerMonth, currency } : undefined
    await desk.db.inTransaction((tx) =>
      settlePurchases(tx, host.id, { server: server.id, doubled: doubled.map((each) => each.id) }, price, desk.now()),
    )
    return desk.change(actor, host.id, 'made', (now) => ({
      ...now,
      address: server.address,
      providerId: server.id,
      ...(pricePerMonth === undefined ? {} : { pricePerMonth: String(pricePerMonth) }),
      ...(currency === undefined ? {} : { currency }),
      ...(server.renewsAt === undefined ? {} : { renewsAt: new Date(server.renewsAt) }),
    }))
  }

  /** Why no spare may be bought of this provider today, or undefined. */
  async function heldBack(of: Pick<Host, 'provider' | 'region' | 'plan'>): Promise<string | undefined> {
    const bought = await boughtSince(desk.db, of.provider, dayOf(desk.now()))
    return aboveCeiling(desk.purchases.ceilings, bought, await lastPrice(desk.db, of))
  }

  /**
   * What arrived at a provider after we had stopped listening: a second server of a host that has one already is our own
   * doubled request, with nothing on it, and goes. Made every so often; answers what went.
   */
  async function reconcilePurchases(actor: Actor): Promise<readonly string[]> {
    requirePermission(actor, 'hosts.write')
    const hosts = new Map((await allHosts(desk.db)).map((each) => [String(each.id), each]))
    const gone: string[] = []
    for (const provider of desk.providers.filter((each) => each.can.create && each.can.destroy)) {
      for (const server of await provider.list()) {
        const host = hosts.get(server.labels['host'] ?? '')
        if (!host || host.provider !== provider.name) continue
        if (host.providerId === undefined || host.providerId === server.id) continue
        await dropDoubled(actor, host, provider, server.id)
        gone.push(server.id)
      }
    }
    return gone
  }

  async function dropDoubled(actor: Actor, host: Host, provider: HostProvider, server: string): Promise<void> {
    const effect = newId('eff', desk.now())
    await desk.db.inTransaction(async (tx) => {
      await intend(tx, { id: effect, hostId: host.id, kind: 'destroy', label: `host=${host.id}`, at: desk.now() })
      await recordAudit(tx, actor, {
        action: 'host.doubled_dropped',
        subject: host.id,
        at: desk.now(),
        after: { server },
      })
    })
    await provider.destroy(server)
    await desk.db.inTransaction((tx) => settle(tx, effect, { server }, desk.now()))
  }

  async function effects(
    actor: Actor,
    page: { readonly limit: number; readonly after?: string; readonly open?: boolean },
  ): Promise<readonly HostEffect[]> {
    requirePermission(actor, 'hosts.read')
    return listEffects(desk.db, page)
  }

  return { buy, heldBack, reconcilePurchases, effects }
}

const notMade = (provider: string, host: string) =>
  new NexusError('host.not_made', 'unavailable', `${provider} made ${host} but does not list it yet.`, {
    hint: 'It is looked for again by its label.',
  })
