import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { consistencies, entries, inclusions, roots } from '../test/reference-tree.ts'
import {
  appendLeaf,
  type CompactRange,
  consistencyProof,
  consistencySpans,
  emptyRange,
  emptyRoot,
  type Hash,
  hexOf,
  inclusionProof,
  inclusionSpans,
  leafHash,
  type NodeId,
  nodeHash,
  proofOf,
  rootOf,
  sha256,
  TrailError,
  toRange,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

const seed = 20261121
const leaves = entries.map(leafHash)
const root = (size: number): Hash => roots[size] ?? emptyRoot()
const leaf = (index: number): Hash => leaves[index] ?? emptyRoot()
const many = Array.from({ length: 300 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)))
const rangeOf = (hashes: readonly Hash[]): CompactRange =>
  hashes.reduce<CompactRange>((range, each) => appendLeaf(range, each), emptyRange())
const rootAt = (size: number): Hash => rootOf(rangeOf(many.slice(0, size)))
const other: Hash = Buffer.alloc(32, 0xab)
const flipped = (hash: Hash): Hash => Buffer.from(hash.map((byte, at) => (at === 7 ? byte ^ 16 : byte)))

describe('hashing', () => {
  test('gives the roots of the reference tree of Certificate Transparency', () => {
    const found = roots.map((_, size) => hexOf(rootOf(rangeOf(leaves.slice(0, size)))))

    expect(found).toEqual(roots.map(hexOf))
  })

  test('takes no hash of another length', () => {
    expect(() => nodeHash(other, Buffer.alloc(31))).toThrow('The right child is no SHA-256 hash')
    expect(() => appendLeaf(emptyRange(), Buffer.alloc(33))).toThrow(TrailError)
  })

  test('tells an entry from a node', () => {
    expect(hexOf(leafHash(Buffer.concat([other, other])))).not.toBe(hexOf(nodeHash(other, other)))
  })

  test('takes entries longer than what was hashed before', () => {
    const long = Buffer.alloc(100_000, 7)

    expect(hexOf(leafHash(long))).toBe(hexOf(sha256(Buffer.concat([Buffer.of(0), long]))))
  })
})

describe('a compact range', () => {
  test('needs a hash for each bit of its size', () => {
    expect(rangeOf(many).hashes.length).toBe(4)
    expect(hexOf(rootOf(toRange(300, rangeOf(many).hashes)))).toBe(hexOf(rootAt(300)))
    expect(() => toRange(301, rangeOf(many).hashes)).toThrow('A range of 301 leaves does not have 4 subtrees.')
    expect(() => appendLeaf({ size: 3, hashes: [] }, other)).toThrow(TrailError)
    expect(() => toRange(-1, [])).toThrow('not a whole number')
  })

  test('does not change when another leaf is appended to it', () => {
    const before = rangeOf(many.slice(0, 7))
    const shown = before.hashes.map(hexOf)
    appendLeaf(before, other)

    expect(before.hashes.map(hexOf)).toEqual(shown)
  })
})

describe('an inclusion proof', () => {
  test.each(inclusions)('of $index in $size is the one of the reference tree', ({ index, size, proof }) => {
    expect(inclusionProof(leaves.slice(0, size), index).map(hexOf)).toEqual(proof.map(hexOf))
    verifyInclusion({ leaf: leaf(index), index, size, proof, root: root(size) })
  })

  test('of every entry of every size up to 65 holds, and is as long as the logarithm', () => {
    for (let size = 1; size <= 65; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = inclusionProof(many.slice(0, size), index)
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
        verifyInclusion({ leaf: many[index] ?? other, index, size, proof, root: rootAt(size) })
      }
    }
  })

  test.each(inclusions)('of $index in $size does not hold once anything of it is another', ({ index, size, proof }) => {
    const right = { leaf: leaf(index), index, size, proof, root: root(size) }
    const wrong = [
      { ...right, index: index + 1 },
      { ...right, index: index ^ 2 },
      { ...right, index: -1 },
      { ...right, index: 0.5 },
      { ...right, size: size * 2 },
      { ...right, size: Math.floor(size / 2) },
      { ...right, leaf: other },
      { ...right, leaf: Buffer.from('short') },
      { ...right, root: emptyRoot() },
      { ...right, root: other },
      { ...right, root: Buffer.alloc(0) },
      { ...right, proof: [...proof, Buffer.alloc(0)] },
      { ...right, proof: [...proof, root(size)] },
      { ...right, proof: [root(size), ...proof] },
      ...proof.map((_, at) => ({ ...right, proof: proof.map((each, one) => (one === at ? flipped(each) : each)) })),
      ...proof.map((_, at) => ({ ...right, proof: proof.filter((_each, one) => one !== at) })),
    ]

    for (const each of wrong) expect(() => verifyInclusion(each)).toThrow(TrailError)
  })

  test('says what it led to, and where', () => {
    const right = { leaf: leaf(3), index: 3, size: 8, proof: inclusionProof(leaves, 3), root: other }

    expect(() => verifyInclusion(right)).toThrow(
      expect.objectContaining({
        code: 'trail.inclusion_wrong',
        kind: 'conflict',
        details: { index: 3, size: 8, expected: hexOf(other), found: hexOf(root(8)) },
      }),
    )
  })
})

describe('a consistency proof', () => {
  test.each(consistencies)('from $first to $second is the one of the reference tree', ({ first, second, proof }) => {
    expect(consistencyProof(leaves, first, second).map(hexOf)).toEqual(proof.map(hexOf))
    verifyConsistency({ first, second, firstRoot: root(first), secondRoot: root(second), proof })
  })

  test('between any two sizes up to 40 holds', () => {
    for (let second = 0; second <= 40; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const proof = consistencyProof(many, first, second)
        verifyConsistency({ first, second, firstRoot: rootAt(first), secondRoot: rootAt(second), proof })
      }
    }
  })

  test.each(consistencies)(
    'from $first to $second does not hold once anything is another',
    ({ first, second, proof }) => {
      const right = { first, second, firstRoot: root(first), secondRoot: root(second), proof }
      const wrong = [
        { ...right, first: first - 1 },
        { ...right, first: first + 1 },
        { ...right, first: -1 },
        { ...right, second: second * 2 },
        { ...right, second: Math.floor(second / 2) },
        { ...right, firstRoot: other },
        { ...right, secondRoot: other },
        { ...right, firstRoot: Buffer.from('short') },
        { ...right, proof: [...proof, Buffer.alloc(0)] },
        { ...right, proof: [...proof, right.firstRoot] },
        { ...right, proof: [right.secondRoot, ...proof] },
        ...(first === second ? [] : [{ ...right, firstRoot: right.secondRoot, secondRoot: right.firstRoot }]),
        ...proof.map((_, at) => ({ ...right, proof: proof.map((each, one) => (one === at ? flipped(each) : each)) })),
        ...proof.map((_, at) => ({ ...right, proof: proof.filter((_each, one) => one !== at) })),
      ]

      for (const each of wrong) expect(() => verifyConsistency(each)).toThrow(TrailError)
    },
  )

  test('of nothing is empty, and nothing has one root', () => {
    const right = { first: 0, second: 8, firstRoot: emptyRoot(), secondRoot: root(8), proof: [] }
    verifyConsistency(right)

    expect(() => verifyConsistency({ ...right, firstRoot: other })).toThrow('only appended')
    expect(() => verifyConsistency({ ...right, first: 8, firstRoot: other })).toThrow('only appended')
  })
})

describe('a proof out of kept subtrees', () => {
  const kept = new Map<string, Hash>()
  let range = emptyRange()
  for (const each of many) {
    range = appendLeaf(range, each, (node, hash) => kept.set(`${node.level}/${node.index}`, hash))
  }
  const read = async (nodes: readonly NodeId[]) =>
    nodes.flatMap((node) => kept.get(`${node.level}/${node.index}`) ?? [])

  test('is the same as the one out of all leaves', async () => {
    const pair = fc.integer({ min: 1, max: 300 }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)))
    await fc.assert(
      fc.asyncProperty(pair, async ([index, size]) => {
        const leavesThen = many.slice(0, size)
        const inclusion = await proofOf(inclusionSpans(index, size), read)
        const consistency = await proofOf(consistencySpans(index, size), read)
        expect(inclusion.map(hexOf)).toEqual(inclusionProof(leavesThen, index).map(hexOf))
        expect(consistency.map(hexOf)).toEqual(consistencyProof(leavesThen, index, size).map(hexOf))
      }),
      { seed, numRuns: 100 },
    )
  })

  test('is refused when a subtree is missing', async () => {
    await expect(proofOf(inclusionSpans(5, 300), async (nodes) => (await read(nodes)).slice(1))).rejects.toThrow(
      'subtrees for the proof',
    )
  })

  test('reads few of them, also of a log of a billion', () => {
    const size = 1_000_000_007
    const proof = inclusionSpans(123_456_789, size)

    expect(proof.length).toBeLessThanOrEqual(30)
    expect(proof.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(size - 1)
  })
})
