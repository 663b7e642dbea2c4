import { base64Of, consistencySpans, type Hash, inclusionSpans, type NodeId, proofOf } from '@nexus/trail'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { addSeconds } from '../../platform/clock.ts'
import { NexusError } from '../../platform/errors.ts'
import * as log from './log-store.ts'
import { type ExportedEntry, entryNotFound, notPlaced, type TrailEntry } from './trail.ts'
import { trailCheck, type Verification } from './trail-check.ts'
import { type PublicKey, publicKeys } from './trail-keys.ts'
import { type LogDeps, trailLog } from './trail-log.ts'
import { acceptRestore } from './trail-restore.ts'
import * as store from './trail-store.ts'

export type Proof = {
  readonly entry: ExportedEntry
  readonly size: number
  readonly proof: readonly string[]
  readonly checkpoint: string
}

/** Everything about one order, run or customer, each entry with its proof against one checkpoint. */
export type Evidence = {
  readonly checkpoint: log.KeptCheckpoint
  readonly keys: readonly PublicKey[]
  readonly entries: readonly (ExportedEntry & { readonly proof: readonly string[] })[]
}

const exportSeconds = 3600
const mostInBundle = 10_000

export const trailService = (deps: LogDeps) => {
  const { db, now, sinks } = deps
  const writing = trailLog(deps)
  const checking = trailCheck({ db, now, sinks })

  const readNodes = async (nodes: readonly NodeId[]): Promise<readonly Hash[]> =>
    (await log.readNodes(db, nodes)).filter((each) => each !== undefined)

  const proofOfPlace = async (index: number, size: number) =>
    (await proofOf(inclusionSpans(index, size), readNodes)).map(base64Of)

  async function newest(): Promise<log.KeptCheckpoint> {
    const found = await writing.publish()
    if (found) return found
    throw new NexusError('trail.empty', 'missing', 'The log is empty.')
  }

  return {
    list: async (actor: Actor, page: store.TrailPage): Promise<TrailEntry[]> => {
      requirePermission(actor, 'trail.read')
      return store.listEntries(db, page)
    },

    /** By its id or by its place in the log. */
    async find(actor: Actor, reference: string): Promise<TrailEntry> {
      requirePermission(actor, 'trail.read')
      const found = await store.findEntry(db, reference)
      if (!found) throw entryNotFound(reference)
      return found
    },

    /** That an entry is in the log, against the smallest checkpoint that covers it. Fails with `trail.not_placed` before. */
    async prove(actor: Actor, reference: string): Promise<Proof> {
      requirePermission(actor, 'trail.read')
      const found = await store.findEntry(db, reference)
      if (!found) throw entryNotFound(reference)
      const { index } = found
      const checkpoint = index === undefined ? undefined : await log.checkpointFrom(db, index + 1)
      if (index === undefined || !checkpoint) throw notPlaced(found.id)
      const [entry] = await store.listExported(db, index, index + 1)
      if (!entry) throw entryNotFound(reference)
      const proof = await proofOfPlace(index, checkpoint.size)
      return { entry, size: checkpoint.size, proof, checkpoint: checkpoint.note }
    },

    /** That the log of `second` entries begins with the log of `first`. */
    async consistency(actor: Actor, first: number, second: number): Promise<readonly string[]> {
      requirePermission(actor, 'trail.read')
      const { range } = await log.readState(db)
      if (first > second || second > range.size) throw sizesUnknown(first, second, range.size)
      return (await proofOf(consistencySpans(first, second), readNodes)).map(base64Of)
    },

    /** Places, signs and sends at once. It changes nothing of what happened, so whoever may read may ask for it. */
    async checkpoint(actor: Actor): Promise<log.KeptCheckpoint> {
      requirePermission(actor, 'trail.read')
      return newest()
    },

    async checkpoints(actor: Actor): Promise<readonly log.KeptCheckpoint[]> {
      requirePermission(actor, 'trail.read')
      return log.listCheckpoints(db)
    },

    /** Public: whoever verifies needs them. Newest first. */
    keys: (): Promise<readonly PublicKey[]> => publicKeys(db),

    async rotateKey(actor: Actor, reason: string): Promise<PublicKey> {
      requirePermission(actor, 'trail.write')
      const made = await writing.rotate(actor, reason)
      await writing.publish()
      return made
    },

    async verify(actor: Actor): Promise<Verification> {
      requirePermission(actor, 'trail.read')
      return checking.verify()
    },

    /** An export is an entry itself; its pages are read under the id of that entry for an hour. */
    async startExport(actor: Actor, { format, reason }: { format: string; reason?: string | undefined }) {
      requirePermission(actor, 'trail.export')
      const checkpoint = await newest()
      const [id = ''] = await db.inTransaction((tx) =>
        recordAudit(tx, actor, {
          action: 'trail.exported',
          subject: 'trail',
          after: { format, from: 0, to: checkpoint.size },
          ...(reason === undefined ? {} : { reason }),
          at: now(),
        }),
      )
      return { id, checkpoint, keys: await publicKeys(db) }
    },

    async exportPage(actor: Actor, id: string, { from, limit }: { from: number; limit: number }) {
      requirePermission(actor, 'trail.export')
      const begun = await store.findExport(db, id, actor.id, addSeconds(now(), -exportSeconds))
      if (!begun) throw exportNotFound(id)
      const to = Math.min(from + limit, begun.to)
      return { items: await store.listExported(db, from, to), next: to < begun.to ? to : undefined }
    },

    /** An entry says who took it, and of what; it is in it, too. */
    async evidence(actor: Actor, { about, scope }: { about: string; scope: store.TrailScope }): Promise<Evidence> {
      requirePermission(actor, 'trail.export')
      await db.inTransaction((tx) =>
        recordAudit(tx, actor, {
          action: 'trail.bundled',
          subject: about,
          after: { subjects: scope.subjects, runs: scope.runs.map((each) => each.id) },
          at: now(),
        }),
      )
      const checkpoint = await newest()
      const { size } = checkpoint
      const found = await store.listAbout(db, scope, { size, limit: mostInBundle + 1 })
      if (found.length > mostInBundle) throw tooMuch(about)
      const read = remembered(readNodes)
      const entries = []
      for (const each of found)
        entries.push({ ...each, proof: (await proofOf(inclusionSpans(each.index, size), read)).map(base64Of) })
      return { checkpoint, keys: await publicKeys(db), entries }
    },

    async acceptRestore(actor: Actor, reason: string): Promise<{ from: number; to: number } | undefined> {
      const accepted = await acceptRestore({ db, now, sinks }, actor, reason)
      if (accepted) await writing.publish()
      return accepted
    },

    /** For the keeper of the house, every few seconds; where the log was rewound it is an alert at once. */
    async keep(): Promise<void> {
      try {
        await writing.publish()
      } catch (thrown) {
        if ((thrown as { code?: unknown }).code === 'trail.rewound') await checking.check()
        throw thrown
      }
    },

    check: (): Promise<Verification> => checking.check(),
  }
}

export type Trail = ReturnType<typeof trailService>

const sizesUnknown = (first: number, second: number, size: number) =>
  new NexusError(
    'trail.sizes_unknown',
    'invalid',
    `There is no log of ${first} entries within one of ${second} here.`,
    {
      hint: `The log has ${size} entries; nexusctl trail checkpoint shows the newest checkpoint.`,
    },
  )

type ReadNodes = (nodes: readonly NodeId[]) => Promise<readonly Hash[]>

/** Proofs of one tree share most of their nodes: each is read once. */
function remembered(read: ReadNodes): ReadNodes {
  const known = new Map<string, readonly Hash[]>()
  return async (nodes) => {
    const found: Hash[] = []
    for (const each of nodes) {
      const name = `${each.level}/${each.index}`
      const hashes = known.get(name) ?? (await read([each]))
      known.set(name, hashes)
      found.push(...hashes)
    }
    return found
  }
}

const tooMuch = (about: string) =>
  new NexusError('trail.too_much', 'too_large', `The log has more than ${mostInBundle} entries about ${about}.`, {
    hint: 'Bundle one order or one run of it, or take the whole log: nexusctl trail export.',
  })

const exportNotFound = (id: string) =>
  new NexusError('trail.no_export', 'missing', `You have no export ${id} that was begun within the hour.`, {
    hint: 'nexusctl trail export begins one.',
  })
