import type { Db, Tx } from '../../platform/db.ts'
import { type Host, type HostId, type HostState, hostNotFound } from './host.ts'
import { HostFacts } from './host-facts.ts'

type HostRow = {
  id: string
  name: string
  state: HostState
  state_since: Date
  address: string | null
  port: number
  login_user: string
  host_key: string | null
  jump: string | null
  provider: string
  provider_id: string | null
  region: string
  plan: string
  price_per_month: string | null
  currency: string | null
  renews_at: Date | null
  order_id: string | null
  ticket: string | null
  reserved_at: Date | null
  claimed_at: Date | null
  was_live: boolean
  facts: unknown
  baseline_version: string | null
  baseline_at: Date | null
  quarantine_reason: string | null
  created_at: Date
}

const orLeftOut = <Key extends string, Value>(key: Key, value: Value | null): { [each in Key]?: Value } =>
  (value === null ? {} : { [key]: value }) as { [each in Key]?: Value }

function toHost(row: HostRow): Host {
  const facts = HostFacts.safeParse(row.facts)
  return {
    id: row.id as HostId,
    name: row.name,
    state: row.state,
    stateSince: row.state_since,
    port: row.port,
    user: row.login_user,
    provider: row.provider,
    region: row.region,
    plan: row.plan,
    wasLive: row.was_live,
    createdAt: row.created_at,
    ...orLeftOut('address', row.address),
    ...orLeftOut('hostKey', row.host_key),
    ...orLeftOut('jump', row.jump),
    ...orLeftOut('providerId', row.provider_id),
    ...orLeftOut('pricePerMonth', row.price_per_month),
    ...orLeftOut('currency', row.currency),
    ...orLeftOut('renewsAt', row.renews_at),
    ...orLeftOut('orderId', row.order_id),
    ...orLeftOut('ticket', row.ticket),
    ...orLeftOut('reservedAt', row.reserved_at),
    ...orLeftOut('claimedAt', row.claimed_at),
    ...orLeftOut('baselineVersion', row.baseline_version),
    ...orLeftOut('baselineAt', row.baseline_at),
    ...orLeftOut('quarantineReason', row.quarantine_reason),
    ...(facts.success ? { facts: facts.data } : {}),
  }
}

const columns = [
  'id',
  'name',
  'state',
  'state_since',
  'address',
  'port',
  'login_user',
  'host_key',
  'jump',
  'provider',
  'provider_id',
  'region',
  'plan',
  'price_per_month',
  'currency',
  'renews_at',
  'order_id',
  'ticket',
  'reserved_at',
  'claimed_at',
  'was_live',
  'facts',
  'baseline_version',
  'baseline_at',
  'quarantine_reason',
  'created_at',
] as const

const valuesOf = (host: Host): readonly unknown[] => [
  host.id,
  host.name,
  host.state,
  host.stateSince,
  host.address ?? null,
  host.port,
  host.user,
  host.hostKey ?? null,
  host.jump ?? null,
  host.provider,
  host.providerId ?? null,
  host.region,
  host.plan,
  host.pricePerMonth ?? null,
  host.currency ?? null,
  host.renewsAt ?? null,
  host.orderId ?? null,
  host.ticket ?? null,
  host.reservedAt ?? null,
  host.claimedAt ?? null,
  host.wasLive,
  host.facts === undefined ? null : JSON.stringify(host.facts),
  host.baselineVersion ?? null,
  host.baselineAt ?? null,
  host.quarantineReason ?? null,
  host.createdAt,
]

/** Adds it or writes all of it; the caller holds it. */
export async function saveHost(tx: Tx, host: Host): Promise<void> {
  await tx.rows(
    `insert into host (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})
     on conflict (id) do update set ${columns
       .slice(1)
       .map((each) => `${each} = excluded.${each}`)
       .join(', ')}`,
    valuesOf(host),
  )
}

export async function findHost(db: Db, id: string): Promise<Host> {
  const row = await db.row<HostRow>('select * from host where host.id = $1', [id])
  if (!row) throw hostNotFound(id)
  return toHost(row)
}

/** Holds the row until the transaction ends, so two callers cannot move one host at once. */
export async function lockHost(tx: Tx, id: string): Promise<Host> {
  const row = await tx.row<HostRow>('select * from host where host.id = $1 for update', [id])
  if (!row) throw hostNotFound(id)
  return toHost(row)
}

export async function findByOrder(db: Db, orderId: string): Promise<Host | undefined> {
  const row = await db.row<HostRow>(`select * from host where host.order_id = $1 and host.state <> 'retired'`, [
    orderId,
  ])
  return row && toHost(row)
}

export async function findByName(db: Db, name: string): Promise<Host | undefined> {
  const row = await db.row<HostRow>(`select * from host where host.name = $1 and host.state <> 'retired'`, [name])
  return row && toHost(row)
}

export type HostFilter = {
  readonly state?: HostState
  readonly region?: string
  readonly plan?: string
}
export type HostPage = HostFilter & { readonly after?: string; readonly limit: number }

export async function listHosts(db: Db, filter: HostPage): Promise<readonly Host[]> {
  const rows = await db.rows<HostRow>(
    `select * from host
     where ($1::text is null or host.state = $1) and ($2::text is null or host.region = $2) and ($3::text is null or host.plan = $3)
       and ($4::text is null or host.id > $4)
     order by host.id limit $5`,
    [filter.state ?? null, filter.region ?? null, filter.plan ?? null, filter.after ?? null, filter.limit],
  )
  return rows.map(toHost)
}

const pageSize = 1000

/** Every one of them, however many there are: for what must leave nobody out. */
export async function allHosts(db: Db, filter: HostFilter = {}): Promise<readonly Host[]> {
  const found: Host[] = []
  for (;;) {
    const last = found.at(-1)
    const page = await listHosts(db, { ...filter, limit: pageSize, ...(last ? { after: last.id } : {}) })
    found.push(...page)
    if (page.length < pageSize) return found
  }
}

/** The oldest free spare that nobody else is looking at. */
export async function lockSpare(tx: Tx, region: string, plan: string): Promise<Host | undefined> {
  const row = await tx.row<HostRow>(
    `select * from host
     where host.state = 'ready' and host.order_id is null and not host.was_live and host.region = $1 and host.plan = $2
     order by host.id limit 1 for update skip locked`,
    [region, plan],
  )
  return row && toHost(row)
}

export async function countSpares(db: Db, region: string, plan: string): Promise<{ ready: number; coming: number }> {
  const row = await db.row<{ ready: number; coming: number }>(
    `select count(*) filter (where host.state = 'ready')::int as ready,
            count(*) filter (where host.state in ('creating', 'preparing'))::int as coming
     from host where host.order_id is null and host.region = $1 and host.plan = $2`,
    [region, plan],
  )
  return row ?? { ready: 0, coming: 0 }
}

/** Only one transaction at a time decides about the spares of a region and plan. */
export const lockPool = (tx: Tx, region: string, plan: string): Promise<unknown> =>
  tx.rows(`select pg_advisory_xact_lock(hashtext('host-pool'), hashtext($1))`, [`${region}/${plan}`])
