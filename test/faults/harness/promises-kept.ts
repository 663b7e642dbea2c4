import type { PretendWorld } from '../../../apps/server/src/platform/adapters/pretend-world.ts'
import type { Rig } from './rig.ts'
import { type Effects, effectsBetween } from './world-shape.ts'

/** What must be true whatever was pulled: every order Live, each effect once; empty where it is. */
export async function brokenPromises(
  rig: Rig,
  before: PretendWorld,
  tickets: readonly string[],
): Promise<readonly string[]> {
  const did = effectsBetween(before, await rig.world.look())
  const rows = await rig.db.rows<{ ticket: string; state: string; why: string | null }>(
    `select ticket, state, blocked->>'reason' as why from orders where ticket = any($1)`,
    [tickets],
  )
  const [doubt] = await rig.db.rows<{ count: number }>(`select count(*) as count from notice where state = 'unknown'`)
  const once: Omit<Effects, 'mails'> = {
    created: tickets.length,
    rebuilt: 0,
    destroyed: 0,
    certificates: tickets.length,
  }
  const mails = { least: 2 * tickets.length - (doubt?.count ?? 0), most: 2 * tickets.length }
  return [
    ...tickets.filter((each) => !rows.some((row) => row.ticket === each)).map((each) => `lost: ${each} is not there`),
    ...rows
      .filter((row) => row.state !== 'Live')
      .map((row) => `lost: ${row.ticket} is ${row.state} ${row.why ?? ''}`.trim()),
    ...Object.entries(once)
      .filter(([kind, times]) => Reflect.get(did, kind) !== times)
      .map(([kind, times]) => `${kind}: ${Reflect.get(did, kind)} instead of ${times}`),
    ...(did.mails < mails.least || did.mails > mails.most ? [`mails: ${did.mails} instead of ${mails.most}`] : []),
  ]
}
