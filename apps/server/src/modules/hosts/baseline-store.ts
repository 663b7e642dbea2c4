import { z } from 'zod'
import type { Db } from '../../platform/db.ts'
import { BaselineCounts, type BaselineReport, ItemEvent } from './baseline-report.ts'

const Kept = BaselineCounts.extend({ items: z.array(ItemEvent) })

export type KeptBaseline = { readonly at: Date; readonly report: BaselineReport }

/** The newest report takes the place of the one before. */
export async function keepBaseline(db: Db, hostId: string, report: BaselineReport, at: Date): Promise<void> {
  await db.rows(
    `insert into host_baseline (host_id, at, report) values ($1, $2, $3)
     on conflict (host_id) do update set at = excluded.at, report = excluded.report`,
    [hostId, at, JSON.stringify(report)],
  )
}

export async function keptBaseline(db: Db, hostId: string): Promise<KeptBaseline | undefined> {
  const row = await db.row<{ at: Date; report: unknown }>('select at, report from host_baseline where host_id = $1', [
    hostId,
  ])
  return row && { at: row.at, report: Kept.parse(row.report) }
}
