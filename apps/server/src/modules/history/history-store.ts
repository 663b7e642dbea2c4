import type { Db } from '../../platform/db.ts'

export type HistoryEntry = {
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly onBehalfOf: string | undefined
  readonly action: string
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
  readonly reason: string | undefined
}

export type HistoryPage = {
  readonly subject?: string | undefined
  /** Who acted, or on whose behalf. */
  readonly actor?: string | undefined
  /** One action (`order.blocked`) or all of a noun (`order`). */
  readonly action?: string | undefined
  readonly limit: number
  readonly after?: string | undefined
}

type Row = {
  id: string
  at: Date
  actor: string
  on_behalf_of: string | null
  action: string
  subject: string
  before: unknown
  after: unknown
  reason: string | null
}

const toEntry = ({ on_behalf_of, reason, ...row }: Row): HistoryEntry => ({
  ...row,
  onBehalfOf: on_behalf_of ?? undefined,
  reason: reason ?? undefined,
})

/** Newest first. */
export async function listEntries(
  db: Db,
  { subject, actor, action, limit, after }: HistoryPage,
): Promise<HistoryEntry[]> {
  const rows = await db.rows<Row>(
    `select e.id, e.at, e.actor, e.on_behalf_of, e.action, e.subject, e.before, e.after, e.reason from audit_entry e
     where ($1::text is null or e.subject = $1)
       and ($2::text is null or e.actor = $2 or e.on_behalf_of = $2)
       and ($3::text is null or e.action = $3 or starts_with(e.action, $3 || '.'))
       and ($4::text is null or e.id < $4)
     order by e.id desc limit $5`,
    [subject ?? null, actor ?? null, action ?? null, after ?? null, limit],
  )
  return rows.map(toEntry)
}
