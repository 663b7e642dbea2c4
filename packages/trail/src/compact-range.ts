import { emptyRoot, type Hash, nodeHash, requireHash } from './merkle-hash.ts'
import { TrailError } from './trail-error.ts'

/**
 * What must be kept to append to a log and to know its root: the roots of the perfect subtrees from left to right, the
 * largest first; one for each bit that is set in `size`, so at most 53 hashes.
 * https://github.com/transparency-dev/merkle/blob/main/docs/compact_ranges.md
 */
export type CompactRange = { readonly size: number; readonly hashes: readonly Hash[] }

export const emptyRange = (): CompactRange => ({ size: 0, hashes: [] })

/** Where a perfect subtree is: `level` 0 are leaves, `index` counts the subtrees of that level from the left. */
export type NodeId = { readonly level: number; readonly index: number }

/** The range with one more leaf hash at its end; `onNode` hears of every perfect subtree that it completes, leaf first. */
export function appendLeaf(
  range: CompactRange,
  leaf: Hash,
  onNode: (node: NodeId, hash: Hash) => void = () => {},
): CompactRange {
  requireHash(leaf, 'leaf')
  const hashes = [...range.hashes]
  let hash = leaf
  let [level, index] = [0, range.size]
  onNode({ level, index }, hash)
  for (; index % 2 === 1; onNode({ level, index }, hash)) {
    const left = hashes.pop()
    if (left === undefined) throw rangeInvalid(range.size, range.hashes.length)
    hash = nodeHash(left, hash)
    level += 1
    index = (index - 1) / 2
  }
  hashes.push(hash)
  return { size: range.size + 1, hashes }
}

/** The Merkle tree hash of all leaves of the range (RFC 9162, 2.1.1). */
export function rootOf(range: CompactRange): Hash {
  requireRange(range)
  return foldRight(range.hashes) ?? emptyRoot()
}

/** The hash of neighbouring subtrees, the largest first. */
export const foldRight = (hashes: readonly Hash[]): Hash | undefined =>
  hashes.length === 0 ? undefined : hashes.reduceRight((right, left) => nodeHash(left, right))

/** A range from where it was stored. */
export function toRange(size: number, hashes: readonly Hash[]): CompactRange {
  const range = { size, hashes }
  requireRange(range)
  return range
}

function requireRange({ size, hashes }: CompactRange): void {
  requireSize(size, 'size')
  if (hashes.length !== bitsIn(size)) throw rangeInvalid(size, hashes.length)
  for (const each of hashes) requireHash(each, 'subtree of the range')
}

/** A size or an index is a whole number that JavaScript can count to. */
export function requireSize(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new TrailError('trail.size_invalid', 'invalid', `The ${what} ${value} is not a whole number from 0 up.`)
}

const bitsIn = (size: number): number => size.toString(2).replaceAll('0', '').length

const rangeInvalid = (size: number, hashes: number) =>
  new TrailError('trail.range_invalid', 'invalid', `A range of ${size} leaves does not have ${hashes} subtrees.`, {
    details: { size, hashes },
  })
