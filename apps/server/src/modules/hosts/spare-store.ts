import type { Db } from '../../platform/db.ts'

/** Free spares whose last look and last baseline are both older; the longest unseen first. */
export async function dueSpares(db: Db, before: Date, limit: number): Promise<readonly string[]> {
  const rows = await db.rows<{ id: string }>(
    `select host.id from host left join host_look look on look.host_id = host.id
      where host.state = 'ready' and host.order_id is null and not host.was_live
        and greatest(look.seen_at, look.failed_at, host.baseline_at, host.created_at) < $1
      order by greatest(look.seen_at, host.baseline_at, host.created_at), host.id limit $2`,
    [before, limit],
  )
  return rows.map((row) => row.id)
}

/** When the system on a host was made: at the last rebuild, or with the host. */
export async function bornAt(db: Db, hostId: string): Promise<Date | undefined> {
  const row = await db.row<{ born: Date }>(
    `select greatest(host.created_at, max(e.done_at)) as born from host
       left join host_effect e on e.host_id = host.id and e.kind = 'rebuild'
      where host.id = $1 group by host.id`,
    [hostId],
  )
  return row?.born
}

export type SpareFacts = {
  /** What the free spares cost a month, by currency; those without a known price are counted apart. */
  readonly cost: string
  readonly priceUnknown: number
  /** When the oldest of their systems was made. */
  readonly oldestSince: Date | undefined
  /** When the one that was not seen longest was last looked at or brought to its baseline. */
  readonly checkedAt: Date | undefined
}

export async function spareFacts(db: Db, region: string, plan: string): Promise<SpareFacts> {
  const costs = await db.rows<{ currency: string; sum: string }>(
    `select currency, sum(price_per_month)::text as sum from host
      where state in ('ready', 'preparing', 'creating') and order_id is null and region = $1 and plan = $2
        and price_per_month is not null group by currency order by currency`,
    [region, plan],
  )
  const row = await db.row<{ unknown: number; oldest: Date | null; checked: Date | null }>(
    `select count(*) filter (where host.price_per_month is null)::int as unknown,
            min(greatest(host.created_at, (select max(e.done_at) from host_effect e
              where e.host_id = host.id and e.kind = 'rebuild'))) as oldest,
            min(greatest(look.seen_at, host.baseline_at)) as checked
       from host left join host_look look on look.host_id = host.id
      where host.state in ('ready', 'preparing', 'creating') and host.order_id is null and host.region = $1 and host.plan = $2`,
    [region, plan],
  )
  return {
    cost: costs.map((each) => `${each.sum} ${each.currency}`).join(' + '),
    priceUnknown: row?.unknown ?? 0,
    oldestSince: row?.oldest ?? undefined,
    checkedAt: row?.checked ?? undefined,
  }
}
