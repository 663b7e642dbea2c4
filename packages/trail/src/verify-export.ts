import { appendLeaf, type CompactRange, type NodeId, rootOf } from './compact-range.ts'
import { type Batch, readBatches, readManifest } from './export-reader.ts'
import { type Finding, mostListed, type Verdict } from './findings.ts'
import { type HeldCheckpoint, readCheckpoints } from './kept-checkpoints.ts'
import { type FollowedKey, type Rotated, rotationsIn } from './key-rotation.ts'
import { type Hash, leafHash, sameHash } from './merkle-hash.ts'
import { parseVerifierKey, type Verifier } from './note-keys.ts'
import { personalFindings } from './personal-reader.ts'
import { tileWidth } from './tiles.ts'
import { compareLevel, rootOfTile } from './upper-tiles.ts'
import { idOf, type Mismatch, nameFirst, window } from './wrong-entries.ts'

export type VerifyExportOptions = {
  /** Whom to believe: at least the key of the log, from elsewhere than the export. */
  readonly keys: readonly Verifier[]
  /** Checkpoints that the reader kept himself: only they show that the log was cut back to where it once was. */
  readonly checkpoints?: readonly string[]
}

export type ExportReport = {
  readonly verdict: Verdict
  readonly origin: string
  /** How many entries are in the export, the first of which is `start` in the log. */
  readonly entries: number
  readonly start: number
  /** The size of the largest checkpoint that holds: later entries are not proven yet. */
  readonly proven: number
  /** Checkpoints whose signature holds; those of them that the entries lead to. */
  readonly checkpoints: { readonly signed: number; readonly held: number }
  /** Keys that nobody gave: each is named by an entry that the key before it proves. */
  readonly followed: readonly FollowedKey[]
  /** The first is the first wrong one. */
  readonly findings: readonly Finding[]
}

/**
 * Verifies an export without anything but a key: leaf hashes are made again from the kept bytes, the tree from them, and
 * each checkpoint is met on the way. Reads everything once, in bounded memory; where the key was changed, once more for
 * each change: the entry of the change, proven by the key before, names the next one.
 */
export async function verifyExport(dir: string, options: VerifyExportOptions): Promise<ExportReport> {
  const followed: FollowedKey[] = []
  for (;;) {
    const keys = [...options.keys, ...followed.map((each) => parseVerifierKey(each.verifierKey))]
    const { report, rotated } = await verifyOnce(dir, { ...options, keys })
    const known = new Set(keys.map((each) => each.verifierKey))
    const next = rotated.filter((each) => known.has(each.before) && !known.has(each.verifierKey))
    if (next.length === 0) return { ...report, followed }
    followed.push(...next)
  }
}

async function verifyOnce(dir: string, { keys, checkpoints = [] }: VerifyExportOptions) {
  const manifest = await readManifest(dir)
  const { origin, start } = manifest
  const { held, findings: refused } = await readCheckpoints(dir, { origin, keys, outside: checkpoints })
  const walk = walkFrom(start, held)
  const changes: Rotated[] = []
  const above = manifest.layout === 'tiles' ? compareLevel(dir, 1) : undefined
  for await (const batch of readBatches(dir, manifest)) {
    const root = walk.take(batch)
    await above?.take(root ?? rootOfTile(batch.kept))
    changes.push(...rotationsIn(batch))
  }
  const { size, proven, met, findings } = walk.end()
  const firstWrong = Math.min(...findings.map((each) => each.index ?? each.from ?? 0))
  const all = [
    ...findings,
    ...refused,
    ...((await above?.end()) ?? []),
    ...(await personalFindings(dir, manifest, firstWrong)),
  ]
  const report: Omit<ExportReport, 'followed'> = {
    verdict: all.length > 0 ? 'wrong' : met === 0 ? 'unknown' : 'valid',
    origin,
    entries: size - start.size,
    start: start.size,
    proven,
    checkpoints: { signed: held.length, held: met },
    findings: all,
  }
  return { report, rotated: changes.filter((each) => each.index < proven) }
}

/** One walk along the log. Two trees grow: of the hashes that were kept, and of those that the entries have now. */
function walkFrom(start: CompactRange, held: readonly HeldCheckpoint[]) {
  const findings: Finding[] = []
  const ahead = held.filter((each) => each.size >= start.size)
  let size = start.size
  let kept: CompactRange | undefined = start
  let now: CompactRange | undefined = start
  let [next, met, proven, broken, shifted] = [0, 0, start.size, false, false]
  let mismatches: Mismatch[] = []
  let total = 0
  let tileRoot: Hash | undefined
  const noteTile = ({ level }: NodeId, hash: Hash) => {
    if (2 ** level === tileWidth) tileRoot = hash
  }

  /** Once one is missing or too many, every later entry stands in another place: that is one finding, not many. */
  const name = (found: Finding) => {
    if (!shifted && findings.length < mostListed) findings.push(found)
    shifted ||= shifting.includes(found.code)
  }
  /** What was found since the last checkpoint is named by what the next one says of it. */
  const settle = (keptHolds: boolean, nowHolds: boolean, { size: to, from }: HeldCheckpoint) => {
    const named = nameFirst(mismatches, total)
    if (named && keptHolds) name(named)
    else if (named && nowHolds) findings.push(leafHashWrong(mismatches[0]))
    else if (!keptHolds && !nowHolds) findings.push(rangeWrong(proven, to, from, named))
    ;[mismatches, total] = [[], 0]
  }
  const meet = (checkpoint: HeldCheckpoint) => {
    const keptHolds = kept !== undefined && sameHash(rootOf(kept), checkpoint.root)
    const nowHolds = now !== undefined && sameHash(rootOf(now), checkpoint.root)
    if (keptHolds || nowHolds) met += 1
    if (broken) return
    if (size === start.size && size > 0 && !keptHolds) findings.push(startWrong(size))
    else settle(keptHolds, nowHolds, checkpoint)
    if (nowHolds || (keptHolds && size > proven)) proven = size
    broken = !keptHolds && !nowHolds
    // What the kept hashes prove is put right, so that the next wrong entry is found as well.
    if (keptHolds) now = kept
    if (nowHolds) kept = now
  }
  const meetAll = () => {
    for (let each = ahead[next]; each?.size === size; each = ahead[next]) {
      meet(each)
      next += 1
    }
  }
  const takeOne = (entry: Uint8Array | undefined, keptHash: Hash | undefined) => {
    const computed = entry && leafHash(entry)
    const fits = computed !== undefined && keptHash !== undefined && sameHash(computed, keptHash)
    if (!fits) {
      if (mismatches.length < window) mismatches.push({ index: size, kept: keptHash, computed, id: idOf(entry) })
      total += 1
    }
    const together = kept === now
    kept = kept && keptHash && appendLeaf(kept, keptHash, noteTile)
    now = fits && together ? kept : now && computed && appendLeaf(now, computed)
    size += 1
    meetAll()
    return fits
  }
  meetAll()
  return {
    /** Answers what the hashes come to where they are a full tile and all fit. */
    take: ({ entries, kept: hashes }: Batch): Hash | undefined => {
      tileRoot = undefined
      let fitting = 0
      const count = Math.max(entries.length, hashes.length)
      for (let at = 0; at < count; at += 1) if (takeOne(entries[at], hashes[at])) fitting += 1
      return fitting === count ? tileRoot : undefined
    },
    end: () => {
      const missed = ahead.slice(next)
      const last = missed.at(-1)
      const named = nameFirst(mismatches, total)
      if (named && !broken) name({ ...named, sentence: `${named.sentence} No checkpoint holds that covers it.` })
      if (last && !broken) findings.push(cutOff(size, proven, last))
      return { size, proven, met, findings }
    },
  }
}

const shifting: readonly Finding['code'][] = ['entry_removed', 'entry_inserted']

const leafHashWrong = (first: Mismatch | undefined): Finding => ({
  code: 'leaf_hash_wrong',
  ...(first === undefined ? {} : { index: first.index }),
  sentence: `The kept hash of entry ${first?.index} is not there or was changed; the entry itself is as it was signed.`,
})

const rangeWrong = (from: number, to: number, of: string, named: Finding | undefined): Finding => ({
  code: 'range_wrong',
  from,
  to,
  ...(named?.index === undefined ? {} : { index: named.index }),
  sentence:
    `Among entries ${from} to ${to - 1} something was changed, removed, inserted or reordered, and the kept hashes with it: ` +
    `the checkpoint of ${to} (${of}) does not hold${from > 0 ? `, the one of ${from} does` : ''}. What comes after cannot be told.` +
    (named === undefined ? '' : ` Where an entry does not fit its kept hash: ${named.sentence}`),
})

const cutOff = (size: number, proven: number, { size: signed, from }: HeldCheckpoint): Finding => ({
  code: 'cut_off',
  from: proven,
  to: signed,
  sentence:
    `The log ends after ${size} entries, and ${signed} were signed (${from}): ` +
    (proven === size
      ? `entries ${size} to ${signed - 1} were cut off.`
      : `${signed - size} were cut off, or removed somewhere from entry ${proven} on.`),
})

const startWrong = (size: number): Finding => ({
  code: 'start_wrong',
  to: size,
  sentence: `What the export says of the ${size} entries before it is not what the checkpoint of ${size} says.`,
})
