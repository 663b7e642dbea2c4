import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { toFailure } from '../../platform/errors.ts'
import type { HostAddress } from '../../platform/remote.ts'
import { compareMachine, readMachine } from './adopt-program.ts'
import { type Machine, readAdoption } from './adopt-report.ts'
import { baselineFor } from './baseline-profile.ts'
import { type BaselineReport, readBaseline } from './baseline-report.ts'
import { keyLine } from './control-keys.ts'
import type { Desk } from './host-desk.ts'
import { type HostFacts, parseFacts, readFacts, refuseUnsupported } from './host-facts.ts'
import { keyConfirmed, type PlacedMachine } from './own-host.ts'

export type Adoption = Machine & {
  readonly address: string
  readonly facts: HostFacts
  /** Against what the baseline would make of it; left out where it could not be compared. */
  readonly baseline: Pick<BaselineReport, 'ok' | 'differs' | 'skipped' | 'items'> | undefined
  /** Why it was not compared. */
  readonly notCompared: string | undefined
}

/** Reads a machine that is not in the inventory, with the key of the first contact. Changes nothing there, and adds nothing here. */
export function adoptHost(desk: Desk) {
  async function adopt(actor: Actor, machine: PlacedMachine): Promise<Adoption> {
    requirePermission(actor, 'hosts.write')
    const { hostKey, fingerprint } = await keyConfirmed(desk.remote, machine)
    const { address, port, user, jump } = machine
    const at: HostAddress = {
      hostId: `adopt:${user}@${address}:${port}`,
      address,
      port,
      user,
      hostKey,
      ...(jump === undefined ? {} : { jump }),
    }
    await note(actor, machine, fingerprint)
    try {
      const facts = parseFacts(await desk.remote.run(at, { ...readFacts(), looksOnly: true }))
      const read = readAdoption(await desk.remote.run(at, readMachine()))
      const compared = await compare(at, facts)
      return { ...read, address: `${user}@${address}:${port}`, facts, ...compared }
    } finally {
      await desk.remote.forget(at.hostId)
    }
  }

  async function compare(at: HostAddress, facts: HostFacts): Promise<Pick<Adoption, 'baseline' | 'notCompared'>> {
    try {
      refuseUnsupported(facts)
      const settings = { ...desk.settings, sshPort: at.port, controlKey: keyLine(desk.keys.firstKey, []) }
      const items = baselineFor({ ...settings, pinnedKind: at.hostKey.split(' ')[0] ?? '' }, facts)
      return { baseline: readBaseline(items, await desk.remote.run(at, compareMachine(items))), notCompared: undefined }
    } catch (thrown) {
      return { baseline: undefined, notCompared: toFailure(thrown).message }
    }
  }

  /** Nothing of ours changes, but that somebody had a machine read is worth knowing. */
  function note(actor: Actor, { address, port, user }: PlacedMachine, fingerprint: string): Promise<unknown> {
    requirePermission(actor, 'hosts.write')
    const after = { user, address, port, fingerprint }
    return desk.db.inTransaction((tx) =>
      recordAudit(tx, actor, { action: 'host.adopt_read', subject: `ssh:${address}`, after, at: desk.now() }),
    )
  }

  return { adopt }
}
