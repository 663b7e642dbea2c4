import { type CheckpointSink, type SentCheckpoint, trailService } from '../../src/modules/trail/index.ts'
import { systemActor } from '../../src/platform/actor.ts'
import { recordAudit } from '../../src/platform/audit.ts'
import type { Database } from '../../src/platform/db.ts'

/** Signing keys in memory, under references. */
export function memoryKeys() {
  const kept = new Map<string, string>()
  return {
    put: async (_actor: unknown, { name, value }: { name: string; value: string }) => {
      const ref = `secret:nexus/${name}@${kept.size + 1}`
      kept.set(ref, value)
      return ref
    },
    reveal: async (ref: string) => kept.get(ref) ?? Promise.reject(new Error(`nothing is kept under ${ref}`)),
  }
}

/** A place outside that cannot be overwritten from here, as a mailbox that can be read. */
export function memorySink(name = 'the auditor'): CheckpointSink & { readonly kept: SentCheckpoint[]; fails: boolean } {
  const kept: SentCheckpoint[] = []
  const sink = {
    name,
    inOwnPower: false,
    everySeconds: 0,
    kept,
    fails: false,
    put: async (checkpoint: SentCheckpoint) => {
      if (sink.fails) throw new Error('out of reach')
      kept.push(checkpoint)
    },
    newest: async () => kept.at(-1),
    list: async () => [...kept],
  }
  return sink
}

const someone = systemActor('test')

/** So many entries of one subject, each with something personal beside it, in one transaction. */
export const write = (db: Database, count: number, subject = 'tst_1', at = new Date('2026-05-01T10:00:00Z')) =>
  db.inTransaction((tx) =>
    recordAudit(
      tx,
      someone,
      ...Array.from({ length: count }, (_, n) => ({
        action: 'test.done',
        subject,
        at,
        after: { n, mail: `${n}@example.test` },
      })),
    ),
  )

/** The module on a database with a place outside; `now` stands still. */
export function trailOn(db: Database, sinks: readonly CheckpointSink[], now = () => new Date('2026-05-01T10:00:05Z')) {
  return trailService({ db, now, secrets: memoryKeys(), sinks, origin: 'nexus.test/trail', onSinkFailed: () => {} })
}
