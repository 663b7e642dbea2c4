import type { Db, Tx } from '../../platform/db.ts'

export type DriftRow = { readonly item: string; readonly found: string; readonly firstSeen: Date }

/** The last whole answer of a host, and the last try that brought none. */
export type LookRow = {
  readonly version: string | undefined
  readonly seenAt: Date | undefined
  readonly failedAt: Date | undefined
  readonly failure: string | undefined
}

export async function driftOf(db: Db, hostId: string): Promise<readonly DriftRow[]> {
  const rows = await db.rows<{ item: string; found: string; first_seen: Date }>(
    'select item, found, first_seen from host_drift where host_id = $1 order by item',
    [hostId],
  )
  return rows.map((row) => ({ item: row.item, found: row.found, firstSeen: row.first_seen }))
}

export async function lookOf(db: Db, hostId: string): Promise<LookRow> {
  const row = await db.row<{
    version: string | null
    seen_at: Date | null
    failed_at: Date | null
    failure: string | null
  }>('select version, seen_at, failed_at, failure from host_look where host_id = $1', [hostId])
  return {
    version: row?.version ?? undefined,
    seenAt: row?.seen_at ?? undefined,
    failedAt: row?.failed_at ?? undefined,
    failure: row?.failure ?? undefined,
  }
}

/** A whole answer: what differed before and still does keeps the time it was first seen. */
export async function saveLook(
  tx: Tx,
  hostId: string,
  { version, differing, at }: { version: string; differing: readonly { item: string; found: string }[]; at: Date },
): Promise<void> {
  await tx.rows(
    `insert into host_look (host_id, version, seen_at) values ($1, $2, $3)
     on conflict (host_id) do update set version = excluded.version, seen_at = excluded.seen_at, failed_at = null, failure = null`,
    [hostId, version, at],
  )
  const items = differing.map((each) => each.item)
  await tx.rows('delete from host_drift where host_id = $1 and not item = any($2)', [hostId, items])
  for (const { item, found } of differing) {
    await tx.rows(
      `insert into host_drift (host_id, item, found, first_seen) values ($1, $2, $3, $4)
       on conflict (host_id, item) do update set found = excluded.found`,
      [hostId, item, found, at],
    )
  }
}

export async function saveFailedLook(tx: Tx, hostId: string, failure: string, at: Date): Promise<void> {
  await tx.rows(
    `insert into host_look (host_id, failed_at, failure) values ($1, $2, $3)
     on conflict (host_id) do update set failed_at = excluded.failed_at, failure = excluded.failure`,
    [hostId, at, failure],
  )
}

export type Deviation = {
  readonly id: string
  readonly hostId: string
  readonly item: string
  readonly reason: string
  readonly until: Date
  readonly acceptedBy: string
  readonly acceptedByName: string
  readonly acceptedAt: Date
  readonly approvalId: string | undefined
  readonly endedAt: Date | undefined
  readonly endedBy: string | undefined
  readonly endedWhy: string | undefined
}

type DeviationRow = {
  id: string
  host_id: string
  item: string
  reason: string
  until: Date
  accepted_by: string
  accepted_by_name: string
  accepted_at: Date
  approval_id: string | null
  ended_at: Date | null
  ended_by: string | null
  ended_why: string | null
}

const toDeviation = (row: DeviationRow): Deviation => ({
  id: row.id,
  hostId: row.host_id,
  item: row.item,
  reason: row.reason,
  until: row.until,
  acceptedBy: row.accepted_by,
  acceptedByName: row.accepted_by_name,
  acceptedAt: row.accepted_at,
  approvalId: row.approval_id ?? undefined,
  endedAt: row.ended_at ?? undefined,
  endedBy: row.ended_by ?? undefined,
  endedWhy: row.ended_why ?? undefined,
})

/** The newest first; ended ones too unless only what holds at a moment is asked for. */
export async function listDeviations(
  db: Db,
  { hostId, holdingAt, limit = 200, after }: { hostId?: string; holdingAt?: Date; limit?: number; after?: string },
): Promise<readonly Deviation[]> {
  const rows = await db.rows<DeviationRow>(
    `select * from host_deviation d
      where ($1::text is null or d.host_id = $1)
        and ($2::timestamptz is null or (d.ended_at is null and d.until > $2))
        and ($3::text is null or d.id < $3)
      order by d.id desc limit $4`,
    [hostId ?? null, holdingAt ?? null, after ?? null, limit],
  )
  return rows.map(toDeviation)
}

export async function lockDeviation(tx: Tx, id: string): Promise<Deviation | undefined> {
  const row = await tx.row<DeviationRow>('select * from host_deviation d where d.id = $1 for update', [id])
  return row && toDeviation(row)
}

/** The one of an item that nobody ended, whether its time is over or not. */
export async function lockOpenDeviation(tx: Tx, hostId: string, item: string): Promise<Deviation | undefined> {
  const row = await tx.row<DeviationRow>(
    'select * from host_deviation d where d.host_id = $1 and d.item = $2 and d.ended_at is null for update',
    [hostId, item],
  )
  return row && toDeviation(row)
}

export async function saveDeviation(tx: Tx, it: Deviation): Promise<void> {
  await tx.rows(
    `insert into host_deviation (id, host_id, item, reason, until, accepted_by, accepted_by_name, accepted_at, approval_id,
       ended_at, ended_by, ended_why) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (id) do update set ended_at = excluded.ended_at, ended_by = excluded.ended_by, ended_why = excluded.ended_why`,
    [
      it.id,
      it.hostId,
      it.item,
      it.reason,
      it.until,
      it.acceptedBy,
      it.acceptedByName,
      it.acceptedAt,
      it.approvalId ?? null,
      it.endedAt ?? null,
      it.endedBy ?? null,
      it.endedWhy ?? null,
    ],
  )
}
