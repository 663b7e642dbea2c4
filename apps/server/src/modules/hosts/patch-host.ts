import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { NexusError } from '../../platform/errors.ts'
import type { Program } from '../../platform/remote.ts'
import type { BaselineReport } from './baseline-report.ts'
import type { MendOptions } from './check-host.ts'
import type { Host, HostState } from './host.ts'
import type { Desk } from './host-desk.ts'
import type { HostCheck } from './host-drift.ts'
import { allHosts, findHost } from './host-store.ts'
import { isInWindow, neverWelcome } from './reboot-window.ts'

/** The item of the baseline that brings what is installed up to date (S0-72). */
export const updatesItem = 'system.updates'

/** On these hosts nobody is at work: an order that is being delivered, or a host that is being made, is left alone. */
const patchable: readonly HostState[] = ['ready', 'live', 'draining']

export type Patched = { readonly changed: boolean; readonly rebootRequired: boolean; readonly rebooted: boolean }
export type PatchOptions = Pick<MendOptions, 'onEvent'> & { readonly mayReboot: boolean }

type Parts = {
  readonly mend: (actor: Actor, hostId: string, options: MendOptions) => Promise<BaselineReport>
  readonly reboot: (host: Host) => Promise<void>
  readonly checkDrift: (actor: Actor, hostId: string) => Promise<HostCheck>
}

/** Updates of the system, at once or when the window of the hosts is open. */
export function patchHost(desk: Desk, { mend, reboot, checkDrift }: Parts) {
  /** The newest lists, what they bring, and a reboot where it is asked for and allowed. Safe twice. */
  async function patch(actor: Actor, hostId: string, { mayReboot, onEvent }: PatchOptions): Promise<Patched> {
    requirePermission(actor, 'hosts.write')
    const host = await findHost(desk.db, hostId)
    refuseUnpatchable(host)
    await desk.run(host, forgetPackageLists())
    const report = await mend(actor, hostId, { only: [updatesItem], ...(onEvent ? { onEvent } : {}) })
    const rebooted = report.rebootRequired && mayReboot
    if (rebooted) await reboot(host)
    const patched = { changed: report.changed > 0, rebootRequired: report.rebootRequired, rebooted }
    await desk.db.inTransaction((tx) =>
      recordAudit(tx, actor, { action: 'host.patched', subject: host.id, at: desk.now(), after: patched }),
    )
    return patched
  }

  /** Those that are named, or all that can be patched; the spares first: nobody is on them. */
  async function toPatch(actor: Actor, ids: readonly string[]): Promise<readonly Host[]> {
    requirePermission(actor, 'hosts.read')
    const named = await Promise.all(ids.map((id) => findHost(desk.db, id)))
    for (const each of named) refuseUnpatchable(each)
    if (named.length > 0) return named
    const all = (await allHosts(desk.db)).filter((each) => patchable.includes(each.state))
    return [...all].sort((a, b) => patchable.indexOf(a.state) - patchable.indexOf(b.state))
  }

  /** What the host says of its updates, by the lists it has; nothing is changed. */
  async function updatesOf(actor: Actor, hostId: string): Promise<string> {
    const check = await checkDrift(actor, hostId)
    if (check.seenAt === undefined || check.verdict === 'unknown') return `unknown: ${check.summary}`
    return check.items.find((each) => each.id === updatesItem)?.found ?? 'none, by the lists of its last update'
  }

  /** A window that never opens is refused, rather than waited for. */
  function windowIsOpen(): boolean {
    const { rebootWindow, timeZone } = desk.settings
    if (rebootWindow === 'never') throw neverWelcome()
    return isInWindow(desk.now(), rebootWindow, timeZone)
  }

  const window = () => desk.settings.rebootWindow

  return { patch, toPatch, updatesOf, windowIsOpen, window }
}

export const patchLine = (host: string, { changed, rebootRequired, rebooted }: Patched): string =>
  `${host}: ${changed ? 'patched' : 'nothing new'}${rebooted ? ', rebooted' : rebootRequired ? ', wants a reboot' : ''}`

/** So that the next look asks the mirrors, whatever is known since the last time. */
export const forgetPackageLists = (): Program => ({
  name: 'forget the package lists',
  script: `rm -f /var/lib/nexus-host/lists-refreshed /var/lib/nexus-host/updates-none\nprintf '{"type":"forgotten"}\\n'`,
  timeoutSeconds: 20,
})

function refuseUnpatchable(host: Host): void {
  if (patchable.includes(host.state)) return
  throw new NexusError('host.not_patchable', 'conflict', `Host ${host.name} is ${host.state} and is not patched now.`, {
    hint: `Patched are hosts that are ${patchable.join(', ')}.`,
  })
}
