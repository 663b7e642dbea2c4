import {
  base64Of,
  type CompactRange,
  formatCheckpoint,
  hexOf,
  nodesOf,
  parseCheckpoint,
  parseNote,
  rootOf,
  sameHash,
  signNote,
} from '@nexus/trail'
import { type Actor, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Db, Tx } from '../../platform/db.ts'
import type { CheckpointSink, SentCheckpoint } from './checkpoint-sink.ts'
import * as store from './log-store.ts'
import { placeBatch, placeEntries } from './sequencer.ts'
import { rewound } from './trail.ts'
import { addSigningKey, type KeySecrets, publicKeys, signersOf } from './trail-keys.ts'

export type LogDeps = {
  readonly db: Database
  readonly now: () => Date
  readonly secrets: KeySecrets
  readonly sinks: readonly CheckpointSink[]
  /** The name of the log, once and for all; empty: one is made. */
  readonly origin: string
  readonly onSinkFailed: (sink: string, thrown: unknown) => void
}

const keeper = systemActor('trail')

/** Placing entries, signing checkpoints and bringing them outside. */
export const trailLog = ({ db, now, secrets, sinks, origin, onSinkFailed }: LogDeps) => {
  /** Made at the first need, so that a log is never without one. */
  async function ensureKey(): Promise<void> {
    await db.inTransaction(async (tx) => {
      await store.lockLog(tx)
      if ((await store.listKeys(tx)).length === 0) await addSigningKey(tx, keeper, { secrets, at: now(), origin })
    })
  }

  /** Signs what is placed, unless it is signed already. Never what contradicts a checkpoint that has left. */
  async function sign(): Promise<store.KeptCheckpoint | undefined> {
    const outside = await newestOutside(sinks)
    return db.inTransaction(async (tx) => {
      await store.lockLog(tx)
      const { range } = await placeBatch(tx, now())
      const last = await store.newestCheckpoint(tx)
      if (outside) await requireHolds(tx, range, outside)
      if (range.size === 0 || last?.size === range.size) return last
      const [{ verifierKey } = { verifierKey: '' }] = await publicKeys(tx)
      const text = formatCheckpoint({ origin: nameIn(verifierKey), size: range.size, root: rootOf(range) })
      const note = signNote({ text }, await signersOf(tx, secrets, last?.note))
      const fresh = { size: range.size, note, at: now() }
      await store.addCheckpoint(tx, fresh)
      return fresh
    })
  }

  async function send(checkpoint: store.KeptCheckpoint): Promise<void> {
    const sent = new Map((await store.listSent(db)).map((each) => [each.sink, each]))
    const keys = (await publicKeys(db)).map((each) => each.verifierKey)
    for (const sink of sinks) {
      const last = sent.get(sink.name)
      const young = last && now().getTime() - last.at.getTime() < sink.everySeconds * 1000
      if (last?.size === checkpoint.size || young) continue
      await sink
        .put(checkpoint, keys)
        .then(() => db.inTransaction((tx) => store.noteSent(tx, sink.name, checkpoint.size, now())))
        .catch((thrown: unknown) => onSinkFailed(sink.name, thrown))
    }
  }

  return {
    ensureKey,

    /** What the keeper does every few seconds, and a request at once: place, sign, send. */
    async publish(): Promise<store.KeptCheckpoint | undefined> {
      await ensureKey()
      await placeEntries(db, now)
      const checkpoint = await sign()
      if (checkpoint) await send(checkpoint)
      return checkpoint
    },

    /** A new key, and a checkpoint signed by the old one as well. */
    async rotate(actor: Actor, reason: string) {
      const made = await db.inTransaction(async (tx) => {
        await store.lockLog(tx)
        return addSigningKey(tx, actor, { secrets, at: now(), origin, reason })
      })
      return made
    },

    /**
     * After a restore: the head that has left and the one that is here now are written as an entry, with which the log
     * goes on. Without it nothing is signed any more. Answers undefined when nothing is missing.
     */
    async acceptRestore(actor: Actor, reason: string): Promise<{ from: number; to: number } | undefined> {
      const outside = await newestOutside(sinks)
      if (!outside) return undefined
      return db.inTransaction(async (tx) => {
        await store.lockLog(tx)
        const { range } = await store.readState(tx)
        if ((await holds(tx, range, outside)) === undefined) return undefined
        const left = headOf(outside.note)
        const [before, after] = [
          { size: left.size, root: base64Of(left.root) },
          { size: range.size, root: base64Of(rootOf(range)), reason },
        ]
        await recordAudit(tx, actor, {
          action: 'trail.restored',
          subject: 'trail',
          before,
          after,
          impersonal: true,
          at: now(),
        })
        return { from: left.size, to: range.size }
      })
    },
  }
}

export type TrailLog = ReturnType<typeof trailLog>

export const headOf = (note: string) => parseCheckpoint(parseNote(note).text)
const nameIn = (verifierKey: string): string => verifierKey.split('+')[0] ?? ''

/** The last one that was put anywhere, by its time. */
export async function newestOutside(sinks: readonly CheckpointSink[]): Promise<SentCheckpoint | undefined> {
  const found = await Promise.all(sinks.map((each) => each.newest?.()))
  return found.filter((each) => each !== undefined).sort((one, other) => other.at.getTime() - one.at.getTime())[0]
}

export type Restored = { readonly from: number; readonly root: string; readonly to: number; readonly id: string }

export const listRestored = async (db: Db): Promise<Restored[]> =>
  db.rows<Restored>(
    `select id, (before->>'size')::bigint as "from", before->>'root' as root, (after->>'size')::bigint as "to"
       from audit_entry where action = 'trail.restored' order by id`,
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

async function requireHolds(tx: Tx, range: CompactRange, outside: SentCheckpoint): Promise<void> {
  const why = await holds(tx, range, outside)
  if (why !== undefined) throw rewound(why)
}
