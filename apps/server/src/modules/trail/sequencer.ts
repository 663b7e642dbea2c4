import { appendLeaf, type CompactRange, leafHash } from '@nexus/trail'
import type { Database, Tx } from '../../platform/db.ts'
import * as store from './log-store.ts'

const most = 5000

/**
 * Gives committed entries their places, in one transaction a batch, under one lock for all nodes: leaves, state and batch
 * are there together or not at all. Writers are never waited for and never wait: an entry of a transaction that commits
 * late gets its place then, because `seen` only moves up to the oldest transaction that still runs.
 */
export async function placeEntries(db: Database, now: () => Date): Promise<number> {
  let placed = 0
  for (;;) {
    const batch = await db.inTransaction(async (tx) =>
      (await store.tryLockLog(tx)) ? placeBatch(tx, now()) : undefined,
    )
    placed += batch?.placed ?? 0
    if (!batch?.more) return placed
  }
}

export type Batch = { readonly placed: number; readonly more: boolean; readonly range: CompactRange }

/** One batch; the lock is held by the caller. */
export async function placeBatch(tx: Tx, at: Date): Promise<Batch> {
  const state = await store.readState(tx)
  // Before the entries are read: what has ended by now is seen by the next statement.
  const horizon = await store.readHorizon(tx)
  // In a database that was brought to another server transactions are counted anew.
  const seen = state.seen > horizon.to ? 0n : state.seen
  const found = await store.listUnplaced(tx, seen, most)
  const last = found.at(-1)
  if (!last) return { placed: 0, more: false, range: state.range }
  const nodes: store.LogNode[] = []
  const leaves: store.Leaf[] = []
  let { range } = state
  for (const { id, entry } of found) {
    const hash = leafHash(Buffer.from(entry))
    leaves.push({ index: range.size, entryId: id, hash })
    range = appendLeaf(range, hash, (node, of) => {
      if (node.level > 0 && node.level % store.keptEvery === 0) nodes.push({ ...node, hash: of })
    })
  }
  const more = found.length === most
  const upTo = BigInt(last.xid)
  const next = more && upTo < horizon.from ? upTo : horizon.from
  await store.addBatch(tx, { leaves, nodes, state: { range, seen: next }, at })
  return { placed: found.length, more, range }
}
