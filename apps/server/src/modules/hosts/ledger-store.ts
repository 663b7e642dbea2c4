import type { Db, Tx } from '../../platform/db.ts'
import type { EffectKind } from './pool-store.ts'

/** What was asked of a provider: the intent, and what came of it where that is known. */
export type HostEffect = {
  readonly id: string
  readonly kind: EffectKind
  readonly hostId: string
  readonly hostName: string | undefined
  readonly provider: string | undefined
  readonly region: string | undefined
  readonly plan: string | undefined
  /** The deterministic name it is found by at the provider, `ticket=...` or `host=...`. */
  readonly label: string
  readonly intendedAt: Date
  /** Not there: the intent is open, nobody knows yet what came of it. */
  readonly doneAt: Date | undefined
  readonly server: string | undefined
  readonly pricePerMonth: string | undefined
  readonly currency: string | undefined
  readonly approvalId: string | undefined
}

type Row = {
  id: string
  kind: EffectKind
  host_id: string
  name: string | null
  provider: string | null
  region: string | null
  plan: string | null
  label: string
  intended_at: Date
  done_at: Date | null
  server: string | null
  price_per_month: string | null
  currency: string | null
  approval_id: string | null
}

/** The newest first. */
export async function listEffects(
  db: Db,
  { limit, after, open = false }: { readonly limit: number; readonly after?: string; readonly open?: boolean },
): Promise<readonly HostEffect[]> {
  const rows = await db.rows<Row>(
    `select e.id, e.kind, e.host_id, host.name, coalesce(e.provider, host.provider) as provider,
            coalesce(e.region, host.region) as region, coalesce(e.plan, host.plan) as plan, e.label, e.intended_at,
            e.done_at, e.receipt ->> 'server' as server, e.price_per_month, e.currency, e.approval_id
       from host_effect e left join host on host.id = e.host_id
      where ($1::text is null or e.id < $1) and (not $2 or e.done_at is null) order by e.id desc limit $3`,
    [after ?? null, open, limit],
  )
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    hostId: row.host_id,
    hostName: row.name ?? undefined,
    provider: row.provider ?? undefined,
    region: row.region ?? undefined,
    plan: row.plan ?? undefined,
    label: row.label,
    intendedAt: row.intended_at,
    doneAt: row.done_at ?? undefined,
    server: row.server ?? undefined,
    pricePerMonth: row.price_per_month ?? undefined,
    currency: row.currency ?? undefined,
    approvalId: row.approval_id ?? undefined,
  }))
}

/** Only one transaction at a time decides about buying from a provider. */
export const lockPurchases = (tx: Tx, provider: string): Promise<unknown> =>
  tx.rows(`select pg_advisory_xact_lock(hashtext('host-purchase'), hashtext($1))`, [provider])

export type Bought = { readonly hosts: number; readonly money: number; readonly priceUnknown: number }

/** What was bought of a provider since; an open intent counts like a receipt. */
export async function boughtSince(db: Db, provider: string, since: Date): Promise<Bought> {
  const row = await db.row<{ hosts: number; money: number; unknown: number }>(
    `select count(distinct host_id)::int as hosts, coalesce(sum(price_per_month), 0)::float8 as money,
            count(*) filter (where price_per_month is null)::int as unknown
       from host_effect where kind = 'create' and provider = $1 and intended_at >= $2`,
    [provider, since],
  )
  return { hosts: row?.hosts ?? 0, money: row?.money ?? 0, priceUnknown: row?.unknown ?? 0 }
}

export type Price = { readonly perMonth: number; readonly currency: string }

/** What a host like this was paid last: what the next one is taken to cost. */
export async function lastPrice(
  db: Db,
  of: { readonly provider: string; readonly region: string; readonly plan: string },
): Promise<Price | undefined> {
  const row = await db.row<{ price: number; currency: string }>(
    `select price_per_month::float8 as price, currency from host_effect
      where kind = 'create' and provider = $1 and region = $2 and plan = $3 and price_per_month is not null
        and currency is not null and done_at is not null
      order by id desc limit 1`,
    [of.provider, of.region, of.plan],
  )
  return row && { perMonth: row.price, currency: row.currency }
}

export type Purchase = {
  readonly id: string
  readonly hostId: string
  readonly label: string
  readonly hostKey: string
  readonly provider: string
  readonly region: string
  readonly plan: string
  readonly expected: Price | undefined
  readonly approvalId: string | undefined
  readonly at: Date
  readonly askingUntil: Date
}

/** Before the call that buys. */
export async function intendPurchase(tx: Tx, it: Purchase): Promise<void> {
  await tx.rows(
    `insert into host_effect (id, host_id, kind, label, host_key, intended_at, asking_until, provider, region, plan,
       price_per_month, currency, approval_id) values ($1, $2, 'create', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      it.id,
      it.hostId,
      it.label,
      it.hostKey,
      it.at,
      it.askingUntil,
      it.provider,
      it.region,
      it.plan,
      it.expected?.perMonth ?? null,
      it.expected?.currency ?? null,
      it.approvalId ?? null,
    ],
  )
}

/** What is asked for this host and not settled. */
export async function openPurchase(
  db: Db,
  hostId: string,
): Promise<{ readonly id: string; readonly askingUntil: Date | undefined } | undefined> {
  const row = await db.row<{ id: string; asking_until: Date | null }>(
    `select id, asking_until from host_effect where host_id = $1 and kind = 'create' and done_at is null
      order by id desc limit 1`,
    [hostId],
  )
  return row && { id: row.id, askingUntil: row.asking_until ?? undefined }
}

/** The same intent, asked once more with another key: the earlier one may still be the one that arrived. */
export async function askAgain(tx: Tx, id: string, hostKey: string, until: Date): Promise<void> {
  await tx.rows(
    `update host_effect set earlier_keys = array_append(earlier_keys, host_key), host_key = $2, asking_until = $3
      where id = $1`,
    [id, hostKey, until],
  )
}

/** The call ended, whatever came of it: whoever comes next looks first and may ask then. */
export async function endAsking(tx: Tx, hostId: string): Promise<void> {
  await tx.rows('update host_effect set asking_until = null where host_id = $1 and done_at is null', [hostId])
}

export async function settlePurchases(
  tx: Tx,
  hostId: string,
  receipt: { readonly server: string; readonly doubled: readonly string[] },
  price: Price | undefined,
  at: Date,
): Promise<void> {
  await tx.rows(
    `update host_effect set done_at = $2, receipt = $3, asking_until = null,
            price_per_month = coalesce($4, price_per_month), currency = coalesce($5, currency)
      where host_id = $1 and kind = 'create' and done_at is null`,
    [hostId, at, JSON.stringify(receipt), price?.perMonth ?? null, price?.currency ?? null],
  )
}
