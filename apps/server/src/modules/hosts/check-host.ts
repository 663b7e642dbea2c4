import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { CheckResult } from '../../platform/check.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { BaselineItem } from './baseline-item.ts'
import { baselineProgram, baselineVersion } from './baseline-program.ts'
import { type BaselineReport, baselineFailed, readBaseline } from './baseline-report.ts'
import type { Proving } from './confirm-access.ts'
import { driftOf, listDeviations, lookOf, saveFailedLook, saveLook } from './drift-store.ts'
import type { Host } from './host.ts'
import type { Desk } from './host-desk.ts'
import { driftCheck, type HostCheck, judgeDrift } from './host-drift.ts'
import type { HostFacts } from './host-facts.ts'
import { findHost } from './host-store.ts'

type Preparing = {
  readonly itemsFor: (host: Host, facts: HostFacts) => Promise<readonly BaselineItem[]>
  readonly portOf: (host: Host) => number
  readonly confirm: Proving['confirm']
  readonly quarantineOnFailure: <T>(actor: Actor, host: Host, work: () => Promise<T>) => Promise<T>
}
export type MendOptions = { readonly only?: readonly string[]; readonly onEvent?: (event: unknown) => void }

/** Whether the baseline still holds, by its own checks on the host and never by the receipt; and how it holds again. */
export function checkHost(desk: Desk, { itemsFor, portOf, confirm, quarantineOnFailure }: Preparing) {
  const listOf = async (host: Host): Promise<readonly BaselineItem[]> =>
    host.facts === undefined ? [] : itemsFor(host, host.facts)

  async function known(host: Host): Promise<HostCheck> {
    const items = await listOf(host)
    const at = desk.now()
    return judgeDrift({
      host,
      version: items.length === 0 ? undefined : baselineVersion(items),
      titleOf: (id) => items.find((each) => each.id === id)?.title ?? id,
      look: await lookOf(desk.db, host.id),
      drift: await driftOf(desk.db, host.id),
      deviations: await listDeviations(desk.db, { hostId: host.id, holdingAt: at }),
      freshSeconds: desk.drift.freshHours * 3600,
      at,
    })
  }

  /** Looks at the host now. One that does not answer wholly is `unknown`; what is known of it from before stays. */
  async function checkDrift(actor: Actor, hostId: string): Promise<HostCheck> {
    requirePermission(actor, 'hosts.read')
    const host = await findHost(desk.db, hostId)
    if (host.state === 'retired') throw retired(host)
    const items = await listOf(host)
    try {
      if (items.length === 0) throw unknownHost(host)
      const report = readBaseline(items, await desk.run(host, baselineProgram(items, 'check')))
      await keep(actor, host, report)
    } catch (thrown) {
      const { message } = toFailure(thrown)
      await desk.db.inTransaction((tx) => saveFailedLook(tx, host.id, message.slice(0, 500), desk.now()))
    }
    return known(host)
  }

  async function keep(actor: Actor, host: Host, report: BaselineReport): Promise<void> {
    const differing = report.items
      .filter((each) => each.status === 'differs' || each.status === 'failed')
      .map(({ id, before }) => ({ item: id, found: before.slice(0, 500) }))
    const before = (await driftOf(desk.db, host.id)).map((each) => each.item)
    const after = differing.map((each) => each.item).sort()
    await desk.db.inTransaction(async (tx) => {
      await saveLook(tx, host.id, { version: report.version, differing, at: desk.now() })
      if (before.join() === after.join()) return
      const told = { before: { differs: before }, after: { differs: after, version: report.version } }
      await recordAudit(tx, actor, { action: 'host.drift_seen', subject: host.id, at: desk.now(), ...told })
    })
  }

  /** What is known, without asking the host: what is too old is `unknown`. */
  async function lastCheck(actor: Actor, hostId: string): Promise<HostCheck> {
    requirePermission(actor, 'hosts.read')
    return known(await findHost(desk.db, hostId))
  }

  /** The gate other flows ask: "the baseline this host should have holds". */
  async function baselineHolds(actor: Actor, hostId: string): Promise<CheckResult> {
    return driftCheck(await lastCheck(actor, hostId), desk.now())
  }

  /** Makes what differs so again: all of it but accepted deviations, or the named items; access under the dead-man rule. */
  async function mend(actor: Actor, hostId: string, { only, onEvent }: MendOptions = {}): Promise<BaselineReport> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    if (host.state === 'retired') throw retired(host)
    const items = await listOf(host)
    if (items.length === 0) throw unknownHost(host)
    const chosen = only ?? (await unaccepted(host))
    refuseStrangeItems(items, chosen)
    if (chosen.length === 0) return nothing(host, items)
    const report = await quarantineOnFailure(actor, host, async () => {
      const program = baselineProgram(items, 'apply', desk.settings.deadManSeconds, chosen)
      const read = readBaseline(items, await desk.run(host, program, onEvent ? { onEvent } : {}))
      if (read.failed > 0) throw baselineFailed(host.name, items, read)
      if (read.armed) await confirm(host, { port: portOf(host) })
      return read
    })
    const changed = report.items.filter((each) => each.status === 'changed').map((each) => each.id)
    await desk.db.inTransaction((tx) =>
      recordAudit(tx, actor, { action: 'host.mended', subject: host.id, at: desk.now(), after: { changed } }),
    )
    return report
  }

  /** What holds needs no mending: the host is only looked at. */
  const nothing = async (host: Host, items: readonly BaselineItem[]): Promise<BaselineReport> =>
    readBaseline(items, await desk.run(host, baselineProgram(items, 'check')))

  const unaccepted = async (host: Host): Promise<readonly string[]> =>
    (await known(host)).items.filter((each) => each.accepted === undefined).map((each) => each.id)

  /** Before a run is made of it. */
  async function refuseItems(actor: Actor, hostId: string, only: readonly string[]): Promise<void> {
    requirePermission(actor, 'hosts.write')
    refuseStrangeItems(await listOf(await findHost(desk.db, hostId)), only)
  }

  return { checkDrift, lastCheck, baselineHolds, mend, refuseItems }
}

export function refuseStrangeItems(items: readonly BaselineItem[], wanted: readonly string[]): void {
  const strange = wanted.filter((id) => !items.some((each) => each.id === id))
  if (strange.length === 0) return
  throw new NexusError('host.no_such_item', 'invalid', `The baseline of this host has no item ${strange.join(', ')}.`, {
    hint: 'nexusctl host baseline HOST --dry-run -o json names every item.',
  })
}

const retired = (host: Host) =>
  new NexusError('host.is_retired', 'conflict', `Host ${host.name} is retired: nobody looks at it any more.`, {
    hint: 'nexusctl host list',
  })

const unknownHost = (host: Host) =>
  new NexusError('host.no_facts', 'conflict', `Nothing is known about ${host.name} yet.`, {
    hint: `nexusctl host baseline ${host.name}`,
  })
