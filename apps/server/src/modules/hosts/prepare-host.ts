import { type Actor, requirePermission } from '../../platform/actor.ts'
import type { CheckResult } from '../../platform/check.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { BaselineItem } from './baseline-item.ts'
import { baselineFor } from './baseline-profile.ts'
import { baselineProgram, baselineVersion } from './baseline-program.ts'
import { type BaselineReport, baselineFailed, readBaseline } from './baseline-report.ts'
import { refuseLoneSource } from './baseline-settings.ts'
import { type KeptBaseline, keepBaseline, keptBaseline } from './baseline-store.ts'
import type { Proving } from './confirm-access.ts'
import { nextKeySession, sourcesOf } from './control-keys.ts'
import { type Host, isStatic, moveHost, stateWhenPrepared } from './host.ts'
import type { Desk } from './host-desk.ts'
import type { HostFacts } from './host-facts.ts'
import { findHost } from './host-store.ts'
import { preflightChecks, preflightProgram } from './preflight-program.ts'
import { notAsked, readPreflight } from './preflight-report.ts'

type Talking = {
  readonly connect: (actor: Actor, hostId: string) => Promise<Host>
  readonly reboot: (host: Host) => Promise<void>
}
export type PrepareOptions = { readonly onEvent?: (event: unknown) => void }
export type Prepared = { readonly host: Host; readonly report: BaselineReport }

/** The baseline and the gate behind it. A host whose baseline failed is quarantined: no order, no pool, until a run is whole. */
export function prepareHost(desk: Desk, { connect, reboot }: Talking, { confirm }: Proving) {
  /** Your own machines keep the port they were added with. */
  const portOf = (host: Host): number => (isStatic(host) ? host.port : desk.settings.sshPort)

  const itemsFor = async (host: Host, facts: HostFacts): Promise<readonly BaselineItem[]> =>
    baselineFor(
      {
        ...desk.settings,
        sshPort: portOf(host),
        controlKey: await desk.keys.lineOf(host.id),
        ...(host.hostKey === undefined ? {} : { pinnedKind: host.hostKey.split(' ')[0] ?? '' }),
      },
      facts,
    )

  const program = (items: readonly BaselineItem[]) => baselineProgram(items, 'apply', desk.settings.deadManSeconds)

  async function prepare(actor: Actor, hostId: string, options: PrepareOptions = {}): Promise<Prepared> {
    requirePermission(actor, 'hosts.write')
    refuseLoneSource(desk.settings)
    const begun = await desk.change(actor, hostId, 'preparing', (now) =>
      now.state === 'live' || now.state === 'draining' ? now : moveHost(now, 'preparing', desk.now()),
    )
    const known = begun.facts === undefined ? await connect(actor, hostId) : begun
    const facts = known.facts
    if (facts === undefined) throw noFacts(known)
    // Its first baseline gives a host a key of its own.
    const isFirstKey = (await desk.keys.find(hostId)).current === undefined
    if (isFirstKey) await desk.keys.makeNext(actor, hostId, sourcesOf(desk.settings.controlAddresses, facts))
    const items = await itemsFor(known, facts)
    const report = await quarantineOnFailure(actor, known, async () => {
      const result = await desk.run(known, program(items), options).catch(async (thrown) => {
        // The new admin was let in and root was not any more, but that answer never came back.
        if (toFailure(thrown).code !== 'host.login_refused') throw thrown
        return desk.run(await connect(actor, hostId), program(items), options)
      })
      const read = readBaseline(items, result)
      await keepBaseline(desk.db, known.id, read, desk.now())
      if (read.failed > 0) throw baselineFailed(known.name, items, read)
      if (read.armed || known.user !== 'nexus' || isFirstKey) {
        await confirm(known, { port: portOf(known), ...(isFirstKey ? { hostId: nextKeySession(hostId) } : {}) })
      }
      if (isFirstKey) await desk.keys.promote(actor, hostId)
      const isBusy = known.state === 'live' || known.state === 'draining'
      if (read.rebootRequired && !isBusy) await reboot({ ...known, user: 'nexus', port: portOf(known) })
      return read
    })
    const host = await desk.change(actor, hostId, 'prepared', (now) => {
      const { quarantineReason: _reason, ...rest } = now
      const state = now.state === 'preparing' ? moveHost(rest, stateWhenPrepared(rest), desk.now()) : rest
      return { ...state, user: 'nexus', port: portOf(now), baselineVersion: report.version, baselineAt: desk.now() }
    })
    if (known.user !== 'nexus' || isFirstKey) await desk.remote.forget(hostId)
    return { host, report }
  }

  async function quarantineOnFailure<T>(actor: Actor, host: Host, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      const failure = toFailure(thrown)
      if (failure.kind !== 'unavailable' && failure.code !== 'host.program_stale') {
        await desk.change(
          actor,
          host.id,
          'quarantined',
          (now) =>
            now.state === 'live' || now.state === 'draining'
              ? now
              : { ...moveHost(now, 'quarantined', desk.now()), quarantineReason: failure.message },
          failure.message,
        )
      }
      throw thrown
    }
  }

  /** What the last baseline did, also where it failed. */
  async function lastBaseline(actor: Actor, hostId: string): Promise<KeptBaseline> {
    requirePermission(actor, 'hosts.read')
    const host = await findHost(desk.db, hostId)
    const kept = await keptBaseline(desk.db, hostId)
    if (kept) return kept
    throw new NexusError('host.no_baseline', 'missing', `No baseline was tried on ${host.name} yet.`, {
      hint: `nexusctl host baseline ${host.name}`,
    })
  }

  /** Compares and changes nothing: what differs from the list this host should have. */
  async function compare(actor: Actor, hostId: string): Promise<BaselineReport> {
    requirePermission(actor, 'hosts.read')
    const host = await findHost(desk.db, hostId)
    if (host.facts === undefined) throw noFacts(host)
    const items = await itemsFor(host, host.facts)
    return readBaseline(items, await desk.run(host, baselineProgram(items, 'check')))
  }

  /** The gate: whatever keeps the host from answering wholly makes every check `unknown`, which refuses. */
  async function preflight(actor: Actor, hostId: string): Promise<readonly CheckResult[]> {
    requirePermission(actor, 'hosts.read')
    const host = await findHost(desk.db, hostId)
    const version = host.facts === undefined ? 'none' : baselineVersion(await itemsFor(host, host.facts))
    const checks = preflightChecks(desk.planOf(host.plan), version, portOf(host))
    const at = desk.now()
    try {
      return readPreflight(checks, await desk.run(host, preflightProgram(checks)), at)
    } catch (thrown) {
      return notAsked(checks, toFailure(thrown).message, at)
    }
  }

  return { prepare, lastBaseline, compare, preflight, itemsFor, portOf, quarantineOnFailure }
}

const noFacts = (host: Host) =>
  new NexusError('host.no_facts', 'conflict', `Nothing is known about ${host.name} yet.`, {
    hint: 'nexusctl host facts',
  })
