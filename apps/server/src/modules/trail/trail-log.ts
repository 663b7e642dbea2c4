import { formatCheckpoint, rootOf, signNote } from '@nexus/trail'
import { type Actor, systemActor } from '../../platform/actor.ts'
import type { Database } from '../../platform/db.ts'
import type { CheckpointSink } from './checkpoint-sink.ts'
import * as store from './log-store.ts'
import { placeBatch, placeEntries } from './sequencer.ts'
import { addSigningKey, type KeySecrets, publicKeys, signersIn, signersOf } from './trail-keys.ts'
import { newestOutside, requireHolds } from './trail-restore.ts'

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
  const signerOf = signersIn(secrets)

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
      const note = signNote({ text }, await signersOf(tx, signerOf, last?.note))
      const fresh = { size: range.size, note, at: now() }
      await store.addCheckpoint(tx, fresh)
      return fresh
    })
  }

  async function send(checkpoint: store.KeptCheckpoint): Promise<void> {
    const keys = (await publicKeys(db)).map((each) => each.verifierKey)
    for (const sink of sinks) {
      const last = await store.lastSent(db, sink.name)
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
  }
}

export type TrailLog = ReturnType<typeof trailLog>

const nameIn = (verifierKey: string): string => verifierKey.split('+')[0] ?? ''
