import {
  appendLeaf,
  emptyRange,
  type Hash,
  inclusionSpans,
  leafHash,
  type NodeId,
  proofOf,
  rootOf,
  verifyInclusion,
} from '@nexus/trail'

export type ProofFigures = {
  readonly size: number
  readonly hashes: number
  readonly subtrees: number
  readonly buildMicroseconds: number
  readonly checkMicroseconds: number
}

const rounds = 2000

/** Builds and checks proofs of entries all over a log, out of subtrees that are kept one buffer a level. */
export async function proofFigures(size: number): Promise<ProofFigures> {
  const levels: Buffer[] = []
  let range = emptyRange()
  for (let at = 0; at < size; at += 1) {
    range = appendLeaf(range, leafHash(Buffer.from(`entry ${at}`)), ({ level, index }, hash) => {
      levels[level] ??= Buffer.alloc(32 * Math.floor(size / 2 ** level))
      levels[level].set(hash, index * 32)
    })
  }
  let subtrees = 0
  const read = async (nodes: readonly NodeId[]): Promise<Hash[]> => {
    subtrees += nodes.length
    return nodes.flatMap(({ level, index }) => levels[level]?.subarray(index * 32, index * 32 + 32) ?? [])
  }
  const places = Array.from({ length: rounds }, (_, at) => (at * 7919) % size)
  const root = rootOf(range)
  const proofs: Hash[][] = []
  const building = performance.now()
  for (const index of places) proofs.push(await proofOf(inclusionSpans(index, size), read))
  const checking = performance.now()
  for (const [at, index] of places.entries()) {
    const leaf = levels[0]?.subarray(index * 32, index * 32 + 32) ?? root
    verifyInclusion({ leaf, index, size, proof: proofs[at] ?? [], root })
  }
  const end = performance.now()
  return {
    size,
    hashes: Math.max(...proofs.map((each) => each.length)),
    subtrees: subtrees / rounds,
    buildMicroseconds: ((checking - building) / rounds) * 1000,
    checkMicroseconds: ((end - checking) / rounds) * 1000,
  }
}
