import { appendLeaf, type CompactRange, emptyRange, rootOf } from './compact-range.ts'
import { readTiles } from './export-reader.ts'
import type { Finding } from './findings.ts'
import { type Hash, sameHash } from './merkle-hash.ts'
import { tileWidth } from './tiles.ts'

/** Compares the tiles of one level with what the full tiles below come to, given in their order; at the first that differs it stops. */
export function compareLevel(dir: string, level: number) {
  const tiles = readTiles(dir, level)
  let above: readonly Hash[] = []
  let [index, wrong] = [0, false]
  const nextTile = async () => (await tiles.next()).value ?? []
  return {
    take: async (root: Hash | undefined): Promise<void> => {
      if (wrong || !root) return
      if (index % tileWidth === 0) above = await nextTile()
      const found = above[index % tileWidth]
      if (found && sameHash(found, root)) index += 1
      else wrong = true
    },
    /** What differs on this level, or else on one above it. */
    end: async (): Promise<Finding[]> => {
      const left = index % tileWidth === 0 ? await nextTile() : above.slice(index % tileWidth)
      if (wrong || left.length > 0) return [tileWrong(level, index)]
      return index === 0 ? [] : levelFindings(dir, level + 1)
    },
  }
}

async function levelFindings(dir: string, level: number): Promise<Finding[]> {
  const compared = compareLevel(dir, level)
  for await (const tile of readTiles(dir, level - 1)) await compared.take(rootOfTile(tile))
  return compared.end()
}

/** Undefined for a tile that is not full. */
export function rootOfTile(tile: readonly (Hash | undefined)[]): Hash | undefined {
  const hashes = tile.filter((each) => each !== undefined)
  if (hashes.length < tileWidth) return undefined
  return rootOf(hashes.reduce<CompactRange>((range, each) => appendLeaf(range, each), emptyRange()))
}

const tileWrong = (level: number, index: number): Finding => ({
  code: 'tile_wrong',
  from: index * tileWidth ** level,
  to: (index + 1) * tileWidth ** level,
  sentence: `Tile ${Math.floor(index / tileWidth)} of level ${level} is not what the tiles below it come to.`,
})
