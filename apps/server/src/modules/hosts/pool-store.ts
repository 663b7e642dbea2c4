import type { Db, Tx } from '../../platform/db.ts'

export type PoolTarget = { readonly region: string; readonly plan: string; readonly target: number }

export const listTargets = (db: Db): Promise<PoolTarget[]> =>
  db.rows<PoolTarget>('select region, plan, target from host_pool order by region, plan')

export async function saveTarget(tx: Tx, { region, plan, target }: PoolTarget): Promise<void> {
  await tx.rows(
    `insert into host_pool (region, plan, target) values ($1, $2, $3)
     on conflict (region, plan) do update set target = excluded.target`,
    [region, plan, target],
  )
}

export type HostWish = {
  readonly orderId: string
  readonly region: string
  readonly plan: string
  readonly dueAt: Date
}

export async function saveWish(tx: Tx, wish: HostWish, at: Date): Promise<void> {
  await tx.rows(
    `insert into host_wish (order_id, region, plan, due_at, asked_at) values ($1, $2, $3, $4, $5)
     on conflict (order_id) do update set region = excluded.region, plan = excluded.plan, due_at = excluded.due_at, asked_at = excluded.asked_at`,
    [wish.orderId, wish.region, wish.plan, wish.dueAt, at],
  )
}

/** How many orders that ask at this moment are due before this one. A wish nobody came back for is forgotten. */
export async function countEarlier(tx: Tx, wish: HostWish, since: Date): Promise<number> {
  const row = await tx.row<{ count: number }>(
    `select count(*)::int as count from host_wish
     where region = $1 and plan = $2 and asked_at > $3 and (due_at, order_id) < ($4, $5)`,
    [wish.region, wish.plan, since, wish.dueAt, wish.orderId],
  )
  return row?.count ?? 0
}

export async function dropWish(tx: Tx, orderId: string): Promise<void> {
  await tx.rows('delete from host_wish where order_id = $1', [orderId])
}

export type EffectKind = 'create' | 'rebuild' | 'destroy'

/** Before a call that costs money or destroys: what is about to be asked, and with which host key. */
export async function intend(
  tx: Tx,
  effect: { id: string; hostId: string; kind: EffectKind; label: string; hostKey?: string; at: Date },
): Promise<void> {
  await tx.rows(
    'insert into host_effect (id, host_id, kind, label, host_key, intended_at) values ($1, $2, $3, $4, $5, $6)',
    [effect.id, effect.hostId, effect.kind, effect.label, effect.hostKey ?? null, effect.at],
  )
}

export async function settle(tx: Tx, id: string, receipt: object, at: Date): Promise<void> {
  await tx.rows('update host_effect set done_at = $2, receipt = $3 where id = $1', [id, at, JSON.stringify(receipt)])
}

export type RebuildEffect = { readonly id: string; readonly hostKey: string; readonly doneAt?: Date }

/** The newest rebuild that was begun for this occasion. */
export async function findRebuild(db: Db, hostId: string, occasion: string): Promise<RebuildEffect | undefined> {
  const row = await db.row<{ id: string; host_key: string; done_at: Date | null }>(
    `select id, host_key, done_at from host_effect where host_id = $1 and kind = 'rebuild' and label = $2
     order by id desc limit 1`,
    [hostId, occasion],
  )
  return row && { id: row.id, hostKey: row.host_key, ...(row.done_at ? { doneAt: row.done_at } : {}) }
}

/** Every key we ever handed to the provider for this host: one of them is what a found server must show. */
export async function intendedKeys(db: Db, hostId: string): Promise<readonly string[]> {
  const rows = await db.rows<{ host_key: string }>(
    `select key as host_key
       from host_effect e, unnest(array[e.host_key] || e.earlier_keys) with ordinality as k (key, place)
      where e.host_id = $1 and key is not null order by e.id desc, place = 1 desc, place desc`,
    [hostId],
  )
  return rows.map((row) => row.host_key)
}

/** Made on demand, with a ticket as its label at the provider: it never becomes a spare. */
export async function wasMadeForTicket(db: Db, hostId: string): Promise<boolean> {
  const row = await db.row<{ found: boolean }>(
    `select exists (select 1 from host_effect where host_id = $1 and kind = 'create' and label like 'ticket=%') as found`,
    [hostId],
  )
  return row?.found ?? false
}
