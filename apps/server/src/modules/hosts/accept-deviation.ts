import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { BaselineItem } from './baseline-item.ts'
import { refuseStrangeItems } from './check-host.ts'
import { type Deviation, listDeviations, lockDeviation, lockOpenDeviation, saveDeviation } from './drift-store.ts'
import type { Host } from './host.ts'
import type { Desk } from './host-desk.ts'
import type { HostFacts } from './host-facts.ts'
import { findHost } from './host-store.ts'

const longestDays = 366

export type WantedDeviation = {
  readonly hostId: string
  readonly item: string
  readonly reason: string
  readonly until: Date
}

/** What may differ on one host: for a reason, until a day, with the yes of another person. An ended one refuses again. */
export function acceptDeviation(
  desk: Desk,
  { itemsFor }: { readonly itemsFor: (host: Host, facts: HostFacts) => Promise<readonly BaselineItem[]> },
) {
  async function accept(actor: Actor, wanted: WantedDeviation): Promise<Deviation> {
    requirePermission(actor, 'hosts.write')
    const { hostId, item, reason, until } = wanted
    const host = await findHost(desk.db, hostId)
    refuseStrangeItems(host.facts === undefined ? [] : await itemsFor(host, host.facts), [item])
    const at = desk.now()
    if (until <= at || until > addSeconds(at, longestDays * 86_400)) throw badEnd(until)
    const { second } = desk.drift
    const what = `On ${host.name} ${item} may differ from the baseline until ${until.toISOString()}: ${reason}`
    const parameters = { item, reason, until: until.toISOString() }
    const act = { kind: 'host.deviation', subject: hostId, parameters, what, permission: 'hosts.write' } as const
    const approval = second && (await second.require(actor, act, reason))
    return desk.db.inTransaction(async (tx) => {
      const before = await lockOpenDeviation(tx, hostId, item)
      if (before && before.until > at) throw alreadyAccepted(host, before)
      if (before) await saveDeviation(tx, { ...before, endedAt: before.until, endedWhy: 'its time was over' })
      if (approval) await second?.use(tx, actor, approval.id)
      const deviation: Deviation = {
        id: newId('dev', at),
        ...wanted,
        acceptedBy: actor.onBehalfOf ?? actor.id,
        acceptedByName: actor.name,
        acceptedAt: at,
        approvalId: approval?.id,
        endedAt: undefined,
        endedBy: undefined,
        endedWhy: undefined,
      }
      await saveDeviation(tx, deviation)
      const after = { item, until, deviation: deviation.id, approval: approval?.id }
      await recordAudit(tx, actor, { action: 'host.deviation_accepted', subject: hostId, at, after, reason })
      return deviation
    })
  }

  async function deviations(
    actor: Actor,
    page: { readonly hostId?: string; readonly limit: number; readonly after?: string },
  ): Promise<readonly Deviation[]> {
    requirePermission(actor, 'hosts.read')
    return listDeviations(desk.db, page)
  }

  async function endDeviation(actor: Actor, id: string, reason: string): Promise<Deviation> {
    requirePermission(actor, 'hosts.write')
    return desk.db.inTransaction(async (tx) => {
      const before = await lockDeviation(tx, id)
      if (!before) throw noDeviation(id)
      if (before.endedAt !== undefined) return before
      const at = desk.now()
      const ended = { ...before, endedAt: at, endedBy: actor.onBehalfOf ?? actor.id, endedWhy: reason }
      await saveDeviation(tx, ended)
      const after = { item: before.item, deviation: id }
      await recordAudit(tx, actor, { action: 'host.deviation_ended', subject: before.hostId, at, after, reason })
      return ended
    })
  }

  return { acceptDeviation: accept, deviations, endDeviation }
}

const badEnd = (until: Date) =>
  new NexusError('host.bad_deviation_end', 'invalid', `A deviation cannot last until ${until.toISOString()}.`, {
    hint: `--until takes a day after today, ${longestDays} days away at most.`,
  })

const alreadyAccepted = (host: Host, { item, id, until }: Deviation) =>
  new NexusError(
    'host.deviation_there',
    'conflict',
    `That ${item} differs on ${host.name} is accepted until ${until.toISOString()}.`,
    { hint: `nexusctl host deviation end ${id} --reason TEXT` },
  )

const noDeviation = (id: string) =>
  new NexusError('host.no_deviation', 'missing', `There is no deviation ${id}.`, {
    hint: 'nexusctl host deviation list',
  })
