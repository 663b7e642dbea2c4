import { foldRight, type NodeId, requireSize } from './compact-range.ts'
import { emptyRoot, type Hash, nodeHash } from './merkle-hash.ts'
import { TrailError } from './trail-error.ts'

/** Leaves from `start` up to, without, `end`. */
export type Span = { readonly start: number; readonly end: number }

/** Whose roots an inclusion proof consists of: PATH(index, D[size]) of RFC 9162, 2.1.3.1. */
export function inclusionSpans(index: number, size: number): Span[] {
  requireSize(index, 'index')
  requireSize(size, 'size')
  if (index >= size) throw indexInvalid(index, size)
  const spans: Span[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      spans.push({ start: middle, end })
      end = middle
    } else {
      spans.push({ start, end: middle })
      start = middle
    }
  }
  return spans.reverse()
}

/** Whose roots a consistency proof consists of: SUBPROOF(first, D[second], true) of RFC 9162, 2.1.4.1. */
export function consistencySpans(first: number, second: number): Span[] {
  requireSize(first, 'first size')
  requireSize(second, 'second size')
  if (first > second) throw sizesInvalid(first, second)
  if (first === 0) return []
  const spans: Span[] = []
  let [start, end] = [0, second]
  while (first < end) {
    const middle = start + splitOf(end - start)
    if (first <= middle) {
      spans.push({ start: middle, end })
      end = middle
    } else {
      spans.push({ start, end: middle })
      start = middle
    }
  }
  return [...(start === 0 ? [] : [{ start, end }]), ...spans.reverse()]
}

/** The perfect subtrees that a span of a proof is made of, the largest first. */
export function nodesOf({ start, end }: Span): NodeId[] {
  const nodes: NodeId[] = []
  for (let at = start; at < end; ) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** Builds a proof out of kept subtrees: `readNodes` is asked once, for fewer than 2 log2(size)^2 of them. */
export async function proofOf(
  spans: readonly Span[],
  readNodes: (nodes: readonly NodeId[]) => Promise<readonly Hash[]>,
): Promise<Hash[]> {
  const parts = spans.map(nodesOf)
  const hashes = await readNodes(parts.flat())
  let read = 0
  return parts.map((nodes) => {
    const found = foldRight(hashes.slice(read, read + nodes.length))
    read += nodes.length
    if (found === undefined || read > hashes.length) throw nodesMissing(parts.flat().length, hashes.length)
    return found
  })
}

export function rootOfLeaves(leafHashes: readonly Hash[], { start, end }: Span): Hash {
  const [only] = leafHashes.slice(start, start + 1)
  if (end - start <= 0 || only === undefined) return emptyRoot()
  if (end - start === 1) return only
  const middle = start + splitOf(end - start)
  return nodeHash(rootOfLeaves(leafHashes, { start, end: middle }), rootOfLeaves(leafHashes, { start: middle, end }))
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

export const indexInvalid = (index: number, size: number) =>
  new TrailError('trail.index_invalid', 'invalid', `There is no entry ${index} in a log of ${size}.`, {
    details: { index, size },
  })

export const sizesInvalid = (first: number, second: number) =>
  new TrailError('trail.sizes_invalid', 'invalid', `A log of ${second} cannot come after a log of ${first}.`, {
    details: { first, second },
  })

const nodesMissing = (asked: number, found: number) =>
  new TrailError('trail.nodes_missing', 'conflict', `Of ${asked} subtrees for the proof only ${found} were found.`, {
    details: { asked, found },
  })
