import type { Db } from '../platform/db.ts'

export type OpenRun = {
  readonly id: string
  readonly flow: string
  readonly subject: string
  readonly lastStep: string
}

/** Runs that have not ended, with the last step that was remembered. */
export async function openRuns(db: Db): Promise<readonly OpenRun[]> {
  const rows = await db.rows<{ id: string; flow: string; subject: string; last_step: string | null }>(
    `select r.id, r.flow, r.subject,
       (select s.name from run_step s where s.run_id = r.id and s.state = 'done' order by s.position desc limit 1) as last_step
     from run r where r.ended_at is null order by r.started_at limit 500`,
  )
  return rows.map(({ id, flow, subject, last_step }) => ({ id, flow, subject, lastStep: last_step ?? '' }))
}
