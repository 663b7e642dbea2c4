import { requireSize } from './compact-range.ts'
import { emptyRoot, type Hash, hexOf, nodeHash, requireHash, sameHash } from './merkle-hash.ts'
import { consistencySpans, inclusionSpans, indexInvalid, rootOfLeaves, sizesInvalid } from './proof-plan.ts'
import { TrailError } from './trail-error.ts'

/** The way from a leaf up to the root, the sibling of the leaf first (RFC 9162, 2.1.3.1). Reads every leaf hash. */
export const inclusionProof = (leafHashes: readonly Hash[], index: number): Hash[] =>
  inclusionSpans(index, leafHashes.length).map((span) => rootOfLeaves(leafHashes, span))

/** That the first `first` leaves are the beginning of the first `second` ones (RFC 9162, 2.1.4.1). Reads every leaf hash. */
export const consistencyProof = (leafHashes: readonly Hash[], first: number, second: number): Hash[] => {
  if (first > second || second > leafHashes.length) throw sizesInvalid(first, Math.min(second, leafHashes.length))
  return consistencySpans(first, second).map((span) => rootOfLeaves(leafHashes, span))
}

export type Inclusion = {
  /** The hash of the leaf, not the entry. */
  readonly leaf: Hash
  readonly index: number
  /** How many leaves the tree has. */
  readonly size: number
  readonly proof: readonly Hash[]
  readonly root: Hash
}

/** Throws unless the leaf is at `index` of the tree with this size and root (RFC 9162, 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, proof, root }: Inclusion): void {
  requireHash(leaf, 'leaf')
  requireHash(root, 'root')
  requireSize(index, 'index')
  requireSize(size, 'size')
  if (index >= size) throw indexInvalid(index, size)
  for (const each of proof) requireHash(each, 'hash in the proof')
  let at = index
  let last = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) throw proofTooLong('inclusion', proof.length)
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      hash = nodeHash(hash, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  if (last !== 0) throw proofTooShort('inclusion', proof.length)
  if (!sameHash(hash, root)) throw inclusionWrong(index, size, root, hash)
}

export type Consistency = {
  readonly first: number
  readonly second: number
  readonly firstRoot: Hash
  readonly secondRoot: Hash
  readonly proof: readonly Hash[]
}

/** Throws unless the tree of size `second` begins with the tree of size `first` (RFC 9162, 2.1.4.2). */
export function verifyConsistency({ first, second, firstRoot, secondRoot, proof }: Consistency): void {
  requireSize(first, 'first size')
  requireSize(second, 'second size')
  requireHash(firstRoot, 'first root')
  requireHash(secondRoot, 'second root')
  for (const each of proof) requireHash(each, 'hash in the proof')
  if (first > second) throw sizesInvalid(first, second)
  if (first === 0 || first === second) verifyTrivial({ first, second, firstRoot, secondRoot, proof })
  else verifyGrowth({ first, second, firstRoot, secondRoot, proof })
}

function verifyGrowth({ first, second, firstRoot, secondRoot, proof }: Consistency): void {
  const { from, path } = startOf(first, firstRoot, proof)
  let [at, last] = [first - 1, second - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let [old, now] = [from, from]
  for (const sibling of path) {
    if (last === 0) throw proofTooLong('consistency', proof.length)
    if (at % 2 === 1 || at === last) {
      old = nodeHash(sibling, old)
      now = nodeHash(sibling, now)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      now = nodeHash(now, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  if (last !== 0) throw proofTooShort('consistency', proof.length)
  const which = `from ${first} to ${second}`
  if (!sameHash(old, firstRoot)) throw consistencyWrong(`${which}, first root`, firstRoot, old)
  if (!sameHash(now, secondRoot)) throw consistencyWrong(`${which}, second root`, secondRoot, now)
}

/** A perfect first tree is a subtree of the second one: its root is where the proof begins and is left out of it. */
function startOf(first: number, firstRoot: Hash, proof: readonly Hash[]): { from: Hash; path: readonly Hash[] } {
  if (Number.isInteger(Math.log2(first))) return { from: firstRoot, path: proof }
  const [from, ...path] = proof
  if (from === undefined) throw proofTooShort('consistency', 0)
  return { from, path }
}

function verifyTrivial({ first, second, firstRoot, secondRoot, proof }: Consistency): void {
  if (proof.length > 0) throw proofTooLong('consistency', proof.length)
  if (first === 0 && !sameHash(firstRoot, emptyRoot())) throw consistencyWrong('the empty tree', firstRoot, emptyRoot())
  if (first === second && !sameHash(firstRoot, secondRoot))
    throw consistencyWrong(`two trees of size ${first}`, secondRoot, firstRoot)
}

const half = (value: number): number => Math.floor(value / 2)

const inclusionWrong = (index: number, size: number, expected: Hash, found: Hash) =>
  new TrailError(
    'trail.inclusion_wrong',
    'conflict',
    `Entry ${index} is not in the log of ${size}: its proof leads to ${hexOf(found)}, not to the root.`,
    { details: { index, size, expected: hexOf(expected), found: hexOf(found) } },
  )

const consistencyWrong = (what: string, expected: Hash, found: Hash) =>
  new TrailError(
    'trail.consistency_wrong',
    'conflict',
    `The log was not only appended to (${what}): the proof leads to ${hexOf(found)}, not to the root.`,
    { details: { what, expected: hexOf(expected), found: hexOf(found) } },
  )

const proofTooLong = (which: string, hashes: number) =>
  new TrailError(
    'trail.proof_too_long',
    'conflict',
    `The ${which} proof of ${hashes} hashes is too long for the size.`,
    {
      details: { hashes },
    },
  )

const proofTooShort = (which: string, hashes: number) =>
  new TrailError(
    'trail.proof_too_short',
    'conflict',
    `The ${which} proof of ${hashes} hashes is too short for the size.`,
    {
      details: { hashes },
    },
  )
