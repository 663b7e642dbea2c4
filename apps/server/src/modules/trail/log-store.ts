import { type CompactRange, emptyRange, type Hash, type NodeId, nodeHash, toRange } from '@nexus/trail'
import type { Db, Tx } from '../../platform/db.ts'

/** Where the sequencer stands: `seen` is a transaction id before which every entry has its place. */
export type LogState = { readonly range: CompactRange; readonly seen: bigint }
export type Leaf = { readonly index: number; readonly entryId: string; readonly hash: Hash }
export type LogNode = NodeId & { readonly hash: Hash }
export type KeptCheckpoint = { readonly size: number; readonly note: string; readonly at: Date }

const lockKey = 7010

/** One sequencer at a time in all nodes, until the transaction ends. False: another one is at it. */
export async function tryLockLog(tx: Tx): Promise<boolean> {
  const row = await tx.row<{ ok: boolean }>('select pg_try_advisory_xact_lock($1) as ok', [lockKey])
  return row?.ok ?? false
}

export const lockLog = (tx: Tx) => tx.rows('select pg_advisory_xact_lock($1)', [lockKey])

export async function readState(db: Db): Promise<LogState> {
  const row = await db.row<{ size: number; range: Buffer[]; seen: string }>(
    'select size, range, seen::text as seen from trail_batch order by size desc limit 1',
  )
  return row ? { range: toRange(row.size, row.range), seen: BigInt(row.seen) } : { range: emptyRange(), seen: 0n }
}

/** The transactions of this moment: everything before `from` has ended, nothing from `to` on has. */
export async function readHorizon(db: Db): Promise<{ readonly from: bigint; readonly to: bigint }> {
  const row = await db.row<{ from: string; to: string }>(
    `select pg_snapshot_xmin(s)::text as from, pg_snapshot_xmax(s)::text as to from pg_current_snapshot() as s`,
  )
  return { from: BigInt(row?.from ?? 0), to: BigInt(row?.to ?? 0) }
}

export type Unplaced = { readonly id: string; readonly entry: string; readonly xid: string }

/** Committed entries of transactions from `seen` on that have no place yet, in the order of their transactions and in each as written. */
export const listUnplaced = (db: Db, seen: bigint, limit: number): Promise<Unplaced[]> =>
  db.rows<Unplaced>(
    `select e.id, e.entry, e.xid::text as xid from audit_entry e
      where e.xid >= $1::text::xid8 and e.entry is not null
        and not exists (select 1 from trail_leaf l where l.entry_id = e.id)
      order by e.xid, e.written limit $2`,
    [seen.toString(), limit],
  )

export async function addBatch(
  tx: Tx,
  { leaves, nodes, state, at }: { leaves: readonly Leaf[]; nodes: readonly LogNode[]; state: LogState; at: Date },
): Promise<void> {
  await tx.rows(
    'insert into trail_leaf (index, entry_id, hash) select * from unnest($1::bigint[], $2::text[], $3::bytea[])',
    [leaves.map((each) => each.index), leaves.map((each) => each.entryId), leaves.map((each) => each.hash)],
  )
  await tx.rows(
    'insert into trail_node (level, index, hash) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])',
    [nodes.map((each) => each.level), nodes.map((each) => each.index), nodes.map((each) => each.hash)],
  )
  await tx.rows('insert into trail_batch (size, range, seen, at) values ($1, $2, $3::text::xid8, $4)', [
    state.range.size,
    state.range.hashes,
    state.seen.toString(),
    at,
  ])
}

/** Levels that are kept as rows; what is between is computed from at most 128 of the level below. */
export const keptEvery = 8

/** The hash of each perfect subtree, read from few rows; undefined where a row of it is missing. */
export async function readNodes(db: Db, nodes: readonly NodeId[]): Promise<readonly (Hash | undefined)[]> {
  const found: (Hash | undefined)[] = []
  for (const { level, index } of nodes) {
    const base = level - (level % keptEvery)
    const count = 2 ** (level - base)
    const rows = await db.rows<{ hash: Buffer }>(
      base === 0
        ? 'select hash from trail_leaf where index >= $1 and index < $2 order by index'
        : 'select hash from trail_node where index >= $1 and index < $2 and level = $3 order by index',
      [index * count, (index + 1) * count, ...(base === 0 ? [] : [base])],
    )
    found.push(rows.length === count ? fold(rows.map((each) => each.hash)) : undefined)
  }
  return found
}

function fold(hashes: readonly Hash[]): Hash | undefined {
  let row = [...hashes]
  while (row.length > 1) {
    const above: Hash[] = []
    for (let place = 0; place + 1 < row.length; place += 2) {
      const [left, right] = row.slice(place, place + 2)
      if (left && right) above.push(nodeHash(left, right))
    }
    row = above
  }
  return row[0]
}

const checkpointColumns = 'select size, note, at from trail_checkpoint'

export const newestCheckpoint = (db: Db): Promise<KeptCheckpoint | undefined> =>
  db.row<KeptCheckpoint>(`${checkpointColumns} order by size desc limit 1`)

/** The smallest checkpoint that covers so many entries. */
export const checkpointFrom = (db: Db, size: number): Promise<KeptCheckpoint | undefined> =>
  db.row<KeptCheckpoint>(`${checkpointColumns} where size >= $1 order by size limit 1`, [size])

/** The newest 10,000, and of older ones the last of each hour; by size. */
export const listCheckpoints = (db: Db): Promise<KeptCheckpoint[]> =>
  db.rows<KeptCheckpoint>(
    `with newest as (${checkpointColumns} order by size desc limit 10000),
          hourly as (select distinct on (date_trunc('hour', at)) size, note, at from trail_checkpoint
                      where size < (select min(size) from newest) order by date_trunc('hour', at), size desc)
     select * from newest union all select * from hourly order by size`,
  )

export const addCheckpoint = (tx: Tx, { size, note, at }: KeptCheckpoint) =>
  tx.rows('insert into trail_checkpoint (size, note, at) values ($1, $2, $3)', [size, note, at])

export type LogKey = { readonly verifierKey: string; readonly secret: string; readonly at: Date }

/** Newest first. */
export const listKeys = (db: Db): Promise<LogKey[]> =>
  db.rows<LogKey>('select verifier_key as "verifierKey", secret, at from trail_key order by number desc')

export const addKey = (tx: Tx, { verifierKey, secret, at }: LogKey) =>
  tx.rows('insert into trail_key (verifier_key, secret, at) values ($1, $2, $3)', [verifierKey, secret, at])

export const noteSent = (tx: Tx, sink: string, size: number, at: Date) =>
  tx.rows('insert into trail_sent (sink, size, at) values ($1, $2, $3) on conflict do nothing', [sink, size, at])

/** What a sink got last. */
export const lastSent = (db: Db, sink: string): Promise<{ size: number; at: Date } | undefined> =>
  db.row('select size, at from trail_sent where sink = $1 order by size desc limit 1', [sink])
