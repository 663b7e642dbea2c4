import { base64Of, type CompactRange, hexOf, nodesOf, parseCheckpoint, parseNote, rootOf, sameHash } from '@nexus/trail'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Db, Tx } from '../../platform/db.ts'
import type { CheckpointSink, SentCheckpoint } from './checkpoint-sink.ts'
import * as store from './log-store.ts'
import { rewound } from './trail.ts'

export type RestoreDeps = {
  readonly db: Database
  readonly now: () => Date
  readonly sinks: readonly CheckpointSink[]
}

/**
 * After a restore: the head that has left and the one that is here now are written as an entry, with which the log
 * goes on. Without it nothing is signed any more. Answers undefined when nothing is missing.
 */
export async function acceptRestore(
  { db, now, sinks }: RestoreDeps,
  actor: Actor,
  reason: string,
): Promise<{ from: number; to: number } | undefined> {
  requirePermission(actor, 'trail.write')
  const outside = await newestOutside(sinks)
  if (!outside) return undefined
  return db.inTransaction(async (tx) => {
    await store.lockLog(tx)
    const { range } = await store.readState(tx)
    if ((await holds(tx, range, outside)) === undefined) return undefined
    const left = headOf(outside.note)
    await recordAudit(tx, actor, {
      action: 'trail.restored',
      subject: 'trail',
      before: { size: left.size, root: base64Of(left.root) },
      after: { size: range.size, root: base64Of(rootOf(range)), reason },
      impersonal: true,
      at: now(),
    })
    return { from: left.size, to: range.size }
  })
}

const headOf = (note: string) => parseCheckpoint(parseNote(note).text)

/** The last one that was put anywhere, by its time. */
export async function newestOutside(sinks: readonly CheckpointSink[]): Promise<SentCheckpoint | undefined> {
  const found = await Promise.all(sinks.map((each) => each.newest?.()))
  return found.filter((each) => each !== undefined).sort((one, other) => other.at.getTime() - one.at.getTime())[0]
}

export type Restored = { readonly from: number; readonly root: string; readonly to: number; readonly id: string }

export const listRestored = async (db: Db): Promise<Restored[]> =>
  db.rows<Restored>(
    `select id, (before->>'size')::bigint as "from", before->>'root' as root, (after->>'size')::bigint as "to"
       from audit_entry where action collate "C" = 'trail.restored' order by id`,
  )

/** The root of the first `size` entries, from few rows; undefined where rows of it are missing. */
export async function rootAt(db: Db, size: number): Promise<Uint8Array | undefined> {
  const nodes = nodesOf({ start: 0, end: size })
  const hashes = (await store.readNodes(db, nodes)).filter((each) => each !== undefined)
  return hashes.length === nodes.length ? rootOf({ size, hashes }) : undefined
}

/** Undefined when the log still holds what the checkpoint says; otherwise why not. */
async function holds(db: Db, range: CompactRange, outside: SentCheckpoint): Promise<string | undefined> {
  const { size, root } = headOf(outside.note)
  if ((await listRestored(db)).some((each) => each.from === size && each.root === base64Of(root))) return undefined
  if (size > range.size)
    return `a checkpoint of ${outside.at.toISOString()} has ${size} entries, the log has ${range.size}.`
  const found = await rootAt(db, size)
  if (found && sameHash(found, root)) return undefined
  return `a checkpoint of ${outside.at.toISOString()} says ${hexOf(root)} for ${size} entries, the log ${found ? hexOf(found) : 'has not all of them'}.`
}

/** Throws `trail.rewound` when it does not hold what has left. */
export async function requireHolds(tx: Tx, range: CompactRange, outside: SentCheckpoint): Promise<void> {
  const why = await holds(tx, range, outside)
  if (why !== undefined) throw rewound(why)
}
