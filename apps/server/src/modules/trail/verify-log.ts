import {
  appendLeaf,
  base64Of,
  emptyRange,
  type Hash,
  openCheckpoint,
  rootOf,
  sameHash,
  type Verifier,
} from '@nexus/trail'
import type { Db } from '../../platform/db.ts'
import type { SentCheckpoint } from './checkpoint-sink.ts'
import * as log from './log-store.ts'
import { listRestored, type Restored } from './trail-restore.ts'
import { contradictions, recomputed } from './verify-entry.ts'
import { countBeside, listErased, listLeftOut, listNodes, type PlacedRow, placedRows } from './verify-store.ts'

export type Finding = {
  readonly kind:
    | 'changed'
    | 'missing'
    | 'swapped'
    | 'inserted'
    | 'column'
    | 'range'
    | 'truncated'
    | 'checkpoint'
    | 'hashes'
  /** What is wrong, and where, in a sentence. */
  readonly sentence: string
  readonly index?: number
  readonly entry?: string
  /** From this place up to, without, that one. */
  readonly from?: number
  readonly to?: number
}

/** A checkpoint and where it was found: `database`, or a place outside. */
export type Witnessed = SentCheckpoint & { readonly source: string }

export type LogReport = {
  readonly size: number
  readonly findings: readonly Finding[]
  /** The largest checkpoint of each source that holds. */
  readonly holds: readonly { readonly source: string; readonly size: number; readonly at: Date }[]
  readonly restores: readonly Restored[]
  readonly waiting: number
  readonly beforeTheLog: number
}

type Suspect = { readonly row: PlacedRow; readonly found: Hash | undefined }
type Judged = Witnessed & { readonly root: Hash; kept?: boolean }

/**
 * Goes through the whole log: leaf hashes are computed again from the entries, roots from the kept leaf hashes, and
 * both are held against every checkpoint. Where the kept hashes still give a signed root, an entry is named; otherwise
 * the smallest range between two checkpoints that the log can be told apart by. At most 20 of each kind are named.
 */
export async function verifyLog(
  db: Db,
  witnessed: readonly Witnessed[],
  verifiers: readonly Verifier[],
): Promise<LogReport> {
  const { seen, range: state } = await log.readState(db)
  const { largest, waiting, beforeTheLog } = await countBeside(db, seen)
  const size = Math.max(state.size, (largest ?? -1) + 1)
  const restores = await listRestored(db)
  const findings: Finding[] = []
  const { judged, wrong } = openAll(witnessed, verifiers, restores)
  findings.push(...wrong)

  const erased = await listErased(db)
  const suspects: Suspect[] = []
  const nodes = new Map<string, Hash>()
  let kept = emptyRange()
  const holes: number[] = []
  const bySize = Map.groupBy(judged, (each) => each.size)
  let expected = 0
  for await (const row of placedRows(db, size)) {
    while (expected < row.index) holes.push(expected++)
    expected += 1
    const found = recomputed(row)
    if (!found || !sameHash(found, row.hash)) suspects.push({ row, found })
    else for (const why of contradictions(row, erased)) findings.push(columnWrong(row, why))
    kept = appendLeaf(kept, row.hash, (node, hash) => {
      if (node.level > 0 && node.level % log.keptEvery === 0) nodes.set(`${node.level}/${node.index}`, hash)
    })
    for (const each of bySize.get(row.index + 1) ?? [])
      each.kept = holes.length === 0 && sameHash(rootOf(kept), each.root)
  }
  while (expected < size) holes.push(expected++)

  findings.push(...holes.slice(0, most).map(placeGone))
  findings.push(...suspectsNamed(suspects))
  findings.push(...rangesBetween(judged, size))
  for (const id of await listLeftOut(db, seen)) findings.push(leftOut(id))
  findings.push(
    ...(await storedHashes(
      db,
      nodes,
      state,
      kept.size === state.size && holes.length === 0 ? rootOf(kept) : undefined,
    )),
  )
  const firstSuspect = suspects[0]?.row.index ?? size
  const good = judged.filter((each) => each.kept && each.size <= firstSuspect)
  const holding = [...Map.groupBy(good, (each) => each.source)].flatMap(([source, all]) => {
    const last = all.sort((one, other) => other.size - one.size)[0]
    return last ? [{ source, size: last.size, at: last.at }] : []
  })
  return { size, findings: limited(findings), holds: holding, restores, waiting, beforeTheLog }
}

const most = 20

const limited = (findings: readonly Finding[]): Finding[] =>
  [...Map.groupBy(findings, (each) => each.kind).values()].flatMap((each) => each.slice(0, most))

function openAll(witnessed: readonly Witnessed[], verifiers: readonly Verifier[], restores: readonly Restored[]) {
  const judged: Judged[] = []
  const wrong: Finding[] = []
  for (const [place, each] of witnessed.entries()) {
    try {
      const { size, root } = openCheckpoint(each.note, verifiers)
      if (size !== each.size) throw new Error(`It is kept as one of ${each.size} entries and says ${size}.`)
      if (!leftBehind(witnessed, place, restores)) judged.push({ ...each, root })
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      wrong.push({
        kind: 'checkpoint',
        sentence: `The checkpoint of ${each.size} entries in ${each.source} is not one of this log: ${why}`,
      })
    }
  }
  return { judged, wrong }
}

/** True for checkpoints of entries that a restore, which says so itself, has left behind. */
function leftBehind(witnessed: readonly Witnessed[], place: number, restores: readonly Restored[]): boolean {
  const each = witnessed[place]
  return restores.some(({ from, to, root }) => {
    if (!each || each.size <= to || each.size > from) return false
    const last = witnessed.findLastIndex(
      (one) => one.source === each.source && one.size === from && one.note.includes(`\n${from}\n${root}\n`),
    )
    return place <= last
  })
}

const hex = (hash: Hash | undefined) => (hash ? base64Of(hash) : 'nothing')

/** Entries that do not give the leaf hash that was kept for them; two that give each other's were swapped. */
function suspectsNamed(suspects: readonly Suspect[]): Finding[] {
  const byHash = new Map(suspects.map((each) => [hex(each.row.hash), each]))
  return suspects.slice(0, most).map((each): Finding => {
    const { index, entryId } = each.row
    const other = each.found && byHash.get(hex(each.found))
    if (each.row.entry === null)
      return {
        kind: 'missing',
        index,
        entry: entryId,
        sentence: `Entry ${index} (${entryId}) is gone: its row was deleted.`,
      }
    if (other && other !== each) {
      const { index: at, entryId: id } = other.row
      return {
        kind: 'swapped',
        index,
        entry: entryId,
        sentence: `Entry ${index} (${entryId}) was swapped: in its place stands entry ${at} (${id}).`,
      }
    }
    return {
      kind: 'changed',
      index,
      entry: entryId,
      sentence: `Entry ${index} (${entryId}) was changed: it gives ${hex(each.found)}, what was logged is ${hex(each.row.hash)}.`,
    }
  })
}

/** The smallest stretch in which the log stopped being the signed one, by kept and by recomputed hashes. */
function rangesBetween(judged: readonly Judged[], size: number): Finding[] {
  const found: Finding[] = []
  const beyond = judged.filter((each) => each.size > size)
  const largest = beyond.sort((one, other) => other.size - one.size)[0]
  if (largest)
    found.push({
      kind: 'truncated',
      from: size,
      to: largest.size,
      sentence: `The log ends at ${size}, but ${largest.source} has a checkpoint of ${largest.at.toISOString()} with ${largest.size}: entries ${size} to ${largest.size - 1} were cut off, or an older state was put in place of this one.`,
    })
  const wrong = judged.filter((each) => each.size <= size && !each.kept)
  const firstWrong = Math.min(...wrong.map((each) => each.size))
  if (wrong.length === 0) return found
  const from = Math.max(0, ...judged.filter((each) => each.kept && each.size < firstWrong).map((each) => each.size))
  const sources = [...new Set(wrong.filter((each) => each.size === firstWrong).map((each) => each.source))].join(', ')
  const to = firstWrong
  return [
    ...found,
    {
      kind: 'range',
      from,
      to,
      sentence: `Between entries ${from} and ${to - 1} the log is not what was signed: its hashes do not give the root of the checkpoint of ${to} entries (${sources}).`,
    },
  ]
}

/** What the server builds proofs from and goes on with. */
async function storedHashes(
  db: Db,
  expected: ReadonlyMap<string, Hash>,
  state: log.LogState['range'],
  root: Hash | undefined,
): Promise<Finding[]> {
  const found: Finding[] = []
  const rows = await listNodes(db)
  for (const { level, index, hash } of rows) {
    const right = expected.get(`${level}/${index}`)
    if (right && sameHash(right, hash)) continue
    const [from, to] = [index * 2 ** level, (index + 1) * 2 ** level]
    found.push({
      kind: 'hashes',
      from,
      to,
      sentence: `The kept hash over entries ${from} to ${to - 1} is not that of their leaves.`,
    })
  }
  if (root && !sameHash(rootOf(state), root))
    found.push({
      kind: 'hashes',
      sentence: `What the sequencer kept for ${state.size} entries does not give their root.`,
    })
  if (rows.length < expected.size && found.length === 0)
    found.push({ kind: 'hashes', sentence: `${expected.size - rows.length} kept hashes over entries are gone.` })
  return found
}

const columnWrong = ({ index, entryId }: PlacedRow, why: string): Finding => ({
  kind: 'column',
  index,
  entry: entryId,
  sentence: `Entry ${index} (${entryId}) is as logged, but what stands beside it was changed: ${why}.`,
})

const placeGone = (index: number): Finding => ({
  kind: 'missing',
  index,
  sentence: `Place ${index} of the log is gone: its leaf was deleted.`,
})

const leftOut = (entry: string): Finding => ({
  kind: 'inserted',
  entry,
  sentence: `Entry ${entry} stands in the table and has no place in the log: it was put there later.`,
})
