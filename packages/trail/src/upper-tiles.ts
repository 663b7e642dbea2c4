import { appendLeaf, type CompactRange, emptyRange, rootOf } from './compact-range.ts'
import type { Manifest } from './export-format.ts'
import { readTiles } from './export-reader.ts'
import type { Finding } from './findings.ts'
import { type Hash, sameHash } from './merkle-hash.ts'
import { tileWidth } from './tiles.ts'

/** Compares each tile above the leaves with what the tiles below it come to. */
export async function upperTileFindings(dir: string, { layout }: Manifest): Promise<Finding[]> {
  if (layout !== 'tiles') return []
  for (let level = 1; ; level += 1) {
    const upper = readTiles(dir, level)
    let above: readonly Hash[] = []
    let index = 0
    for await (const tile of readTiles(dir, level - 1)) {
      if (tile.length < tileWidth) break
      if (index % tileWidth === 0) above = (await upper.next()).value ?? []
      const found = above[index % tileWidth]
      if (!found || !sameHash(found, rootOfTile(tile))) return [tileWrong(level, index)]
      index += 1
    }
    const left = index % tileWidth === 0 ? (await upper.next()).value : above.slice(index % tileWidth)
    if (left && left.length > 0) return [tileWrong(level, index)]
    if (index === 0) return []
  }
}

const rootOfTile = (tile: readonly Hash[]): Hash =>
  rootOf(tile.reduce<CompactRange>((range, each) => appendLeaf(range, each), emptyRange()))

const tileWrong = (level: number, index: number): Finding => ({
  code: 'tile_wrong',
  from: index * tileWidth ** level,
  to: (index + 1) * tileWidth ** level,
  sentence: `Tile ${Math.floor(index / tileWidth)} of level ${level} is not what the tiles below it come to.`,
})
