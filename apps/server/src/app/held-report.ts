import type { WorldLine } from '../modules/hosts/index.ts'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Database } from '../platform/db.ts'
import { type Epoch, liftHold, readEpoch } from '../platform/epoch.ts'
import { NexusError } from '../platform/errors.ts'
import { openRuns } from '../views/open-runs.ts'
import type { Services } from './services.ts'

export type HeldLine = Omit<WorldLine, 'where'> & { readonly where: WorldLine['where'] | 'mail' | 'run' }
export type HeldReport = { readonly epoch: Epoch; readonly lines: readonly HeldLine[] }

const notHeld = () =>
  new NexusError('epoch.not_held', 'conflict', 'This Nexus is not held.', {
    hint: 'Only one that was restored from a backup is, until nexusctl admin resume.',
  })

/** What providers, hosts and mail did after the moment of the backup, and which runs would go on. Changes nothing. */
export async function heldReport(
  actor: Actor,
  { db, services }: { readonly db: Database; readonly services: Pick<Services, 'hosts' | 'notices'> },
): Promise<HeldReport> {
  const epoch = await readEpoch(db)
  if (!epoch.heldSince || !epoch.backupPoint) throw notHeld()
  const world = await services.hosts.compareWithWorld(actor, epoch.backupPoint)
  const mail = await mailLines(actor, services.notices, epoch.backupPoint)
  const runs = (await openRuns(db)).map(
    ({ id, lastStep }): HeldLine => ({
      where: 'run',
      subject: id,
      verdict: 'unknown',
      text: `goes on after "${lastStep || 'its start'}"; what it did after the backup is found by its steps or done again`,
    }),
  )
  return { epoch, lines: [...world, ...mail, ...runs] }
}

async function mailLines(actor: Actor, notices: Services['notices'], since: Date): Promise<HeldLine[]> {
  const sent = await notices.sentUnknown(actor, since)
  const line = (verdict: HeldLine['verdict'], text: string): HeldLine => ({
    where: 'mail',
    subject: 'relay',
    verdict,
    text,
  })
  if (!sent)
    return [
      line('unknown', 'the relay cannot be asked: mail sent after the backup would be sent again by runs that go on'),
    ]
  if (sent.length === 0) return [line('same', 'it took no mail that we do not know')]
  return sent.map((each) => line('changed', `it took ${each}, which we do not know`))
}

/** A person has read the list: hosts are told whose turn it is, then runs go on. */
export async function resumeHeld(
  actor: Actor,
  {
    db,
    now,
    takeOver,
  }: { readonly db: Database; readonly now: () => Date; readonly takeOver: () => Promise<readonly WorldLine[]> },
  { reason, report }: { readonly reason: string; readonly report: HeldReport },
): Promise<{ readonly epoch: Epoch; readonly hosts: readonly WorldLine[] }> {
  requirePermission(actor, 'access.write')
  const hosts = await takeOver()
  const count = (verdict: HeldLine['verdict']) => report.lines.filter((each) => each.verdict === verdict).length
  const epoch = await db.inTransaction(async (tx) => {
    const at = now()
    const after = await liftHold(tx, actor.onBehalfOf ?? actor.id, at)
    await recordAudit(tx, actor, {
      action: 'nexus.resumed',
      subject: `epoch:${after.number}`,
      at,
      before: { heldSince: report.epoch.heldSince, changed: count('changed'), unknown: count('unknown') },
      after: {
        epoch: after.number,
        told: hosts.filter((each) => each.verdict === 'same').length,
        notTold: hosts.filter((each) => each.verdict !== 'same').map((each) => each.subject),
      },
      reason,
    })
    return after
  })
  return { epoch, hosts }
}
