import { appendLeaf, type CompactRange, emptyRange } from './compact-range.ts'
import type { Manifest } from './export-format.ts'
import { readUpperHashes } from './export-reader.ts'
import type { Finding } from './findings.ts'
import { type Hash, sameHash } from './merkle-hash.ts'
import { tileWidth } from './tiles.ts'

/** Compares each tile above the leaves with what the tiles below it come to. */
export async function upperTileFindings(dir: string, { layout }: Manifest): Promise<Finding[]> {
  if (layout !== 'tiles') return []
  for (let level = 1; ; level += 1) {
    const upper = readUpperHashes(dir, level)
    let index = 0
    for await (const expected of wholeTiles(readUpperHashes(dir, level - 1))) {
      const found = (await upper.next()).value as Hash | undefined
      if (!found || !sameHash(found, expected)) return [tileWrong(level, Math.floor(index / tileWidth), index)]
      index += 1
    }
    if ((await upper.next()).done !== true) return [tileWrong(level, Math.floor(index / tileWidth), index)]
    if (index === 0) return []
  }
}

/** The root of every 256 hashes. */
async function* wholeTiles(hashes: AsyncGenerator<Hash>): AsyncGenerator<Hash> {
  let range: CompactRange = emptyRange()
  for await (const each of hashes) {
    range = appendLeaf(range, each)
    const [root] = range.hashes
    if (range.size === tileWidth && root) {
      yield root
      range = emptyRange()
    }
  }
}

const tileWrong = (level: number, tile: number, index: number): Finding => ({
  code: 'tile_wrong',
  from: index * tileWidth ** level,
  to: (index + 1) * tileWidth ** level,
  sentence: `Tile ${tile} of level ${level} is not what the tiles below it come to.`,
})
