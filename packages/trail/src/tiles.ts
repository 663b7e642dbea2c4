import { maxEntryBytes } from './entry.ts'
import { type Hash, hashSize } from './merkle-hash.ts'
import { TrailError } from './trail-error.ts'

/** How many hashes or entries a full tile has (https://c2sp.org/tlog-tiles). */
export const tileWidth = 256

/** `level` 0 holds leaf hashes; each hash of a level above is the root of a full tile below. `entries` are the entries themselves. */
export type Tile = { readonly level: number | 'entries'; readonly index: number; readonly width: number }

/** `tile/0/x001/x234/067`, with `.p/<width>` when it is not full. */
export function tilePath({ level, index, width }: Tile): string {
  if (!Number.isSafeInteger(index) || index < 0 || !(width >= 1 && width <= tileWidth)) throw tileInvalid()
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  const path = groups.map((each, at) => (at < groups.length - 1 ? `x${each}` : each)).join('/')
  return `tile/${level}/${path}${width === tileWidth ? '' : `.p/${width}`}`
}

/** Reads what `tilePath` writes, nothing else. */
export function parseTilePath(path: string): Tile {
  const [, level = '', groups = '', width = ''] =
    /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path) ?? []
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '') || Number.NaN),
    width: width === '' ? tileWidth : Number(width),
  }
  if (!Number.isSafeInteger(tile.index) || tilePath(tile) !== path) throw tileInvalid()
  return tile
}

/** How wide the last tile of a level is in a log of `size`; 0 when there is none. */
export const partialWidth = (size: number, level: number): number => Math.floor(size / tileWidth ** level) % tileWidth

/** Entries, each behind its length in 16 bits, big endian. */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > maxEntryBytes) throw tileInvalid()
      return [Buffer.of(entry.length >> 8, entry.length & 0xff), entry]
    }),
  )
}

/** Reads exactly `width` entries. */
export function decodeEntries(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const length = ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0)
    const end = at + 2 + length
    if (end > bytes.length) throw tileInvalid()
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (entries.length !== width) throw tileInvalid()
  return entries
}

/** Reads exactly `width` hashes. */
export function decodeHashes(bytes: Uint8Array, width: number): Hash[] {
  if (bytes.length !== width * hashSize) throw tileInvalid()
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * hashSize, (at + 1) * hashSize))
}

const tileInvalid = () =>
  new TrailError('trail.tile_invalid', 'invalid', 'This is not a tile of a log.', {
    hint: 'https://c2sp.org/tlog-tiles',
  })
