import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { maxEntryBytes } from './entry.ts'
import { exportFiles, exportInvalid, leafLine, type Manifest, parseManifest } from './export-format.ts'
import { fromHex, type Hash } from './merkle-hash.ts'
import { decodeEntries, decodeHashes, tilePath, tileWidth } from './tiles.ts'

/** Some entries in a row, and the leaf hashes that were kept for them. What is missing or cannot be read is undefined. */
export type Batch = {
  readonly first: number
  readonly entries: readonly (Uint8Array | undefined)[]
  readonly kept: readonly (Hash | undefined)[]
}

export async function readManifest(dir: string): Promise<Manifest> {
  const text = await readFile(join(dir, exportFiles.manifest), 'utf8').catch(() => undefined)
  if (text === undefined) throw exportInvalid(`There is no ${exportFiles.manifest} in ${dir}.`)
  return parseManifest(text)
}

/** Everything that is there, in order; never more than a few megabytes at once. */
export const readBatches = (dir: string, manifest: Manifest): AsyncGenerator<Batch> =>
  manifest.layout === 'jsonl' ? lineBatches(dir, manifest) : tileBatches(dir)

async function* lineBatches(dir: string, { start }: Manifest): AsyncGenerator<Batch> {
  const leaves = await open(join(dir, exportFiles.leafHashes), 'r').catch(() => undefined)
  let read = 0
  try {
    for await (const entries of linesIn(join(dir, exportFiles.entries), maxEntryBytes)) {
      yield { first: start.size + read, entries, kept: await leavesAt(leaves, read, entries.length) }
      read += entries.length
    }
    for (;;) {
      const kept = (await leavesAt(leaves, read, 4096)).filter((each) => each !== undefined)
      if (kept.length === 0) return
      yield { first: start.size + read, entries: kept.map(() => undefined), kept }
      read += kept.length
    }
  } finally {
    await leaves?.close()
  }
}

/** Lines of hex are all of one length, so the place of each is known. */
async function leavesAt(file: FileHandle | undefined, first: number, count: number): Promise<(Hash | undefined)[]> {
  const bytes = Buffer.alloc(count * leafLine)
  const { bytesRead = 0 } = (await file?.read(bytes, 0, bytes.length, first * leafLine)) ?? {}
  const text = bytes.toString('latin1', 0, bytesRead)
  return Array.from({ length: count }, (_, at) => {
    const line = text.slice(at * leafLine, (at + 1) * leafLine)
    return line.length === leafLine && line.endsWith('\n') ? fromHex(line.slice(0, -1)) : undefined
  })
}

/** Lines of a file, many at a time; a file that is not there has none. A line that is too long is undefined. */
export async function* linesIn(path: string, longest: number): AsyncGenerator<(Uint8Array | undefined)[]> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return
  try {
    let [rest, tooLong] = [Buffer.alloc(0), false]
    const room = Buffer.alloc(1_048_576)
    for (;;) {
      const { bytesRead } = await file.read(room, 0, room.length)
      if (bytesRead === 0) break
      const bytes = Buffer.concat([rest, room.subarray(0, bytesRead)])
      const lines: (Uint8Array | undefined)[] = []
      let at = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
        lines.push(tooLong || end - at > longest ? undefined : bytes.subarray(at, end))
        ;[at, tooLong] = [end + 1, false]
      }
      rest = bytes.subarray(at)
      if (rest.length > longest) [rest, tooLong] = [Buffer.alloc(0), true]
      if (lines.length > 0) yield lines
    }
    if (tooLong || rest.length > 0) yield [tooLong ? undefined : rest]
  } finally {
    await file.close()
  }
}

/** A tile that is not full is the last one: what comes after a gap has lost its place. */
async function* tileBatches(dir: string): AsyncGenerator<Batch> {
  const both = (index: number) =>
    Promise.all([tileAt(dir, 0, index, decodeHashes), tileAt(dir, 'entries', index, decodeEntries)])
  let first = 0
  for await (const [hashes, found] of readAhead(both)) {
    const width = Math.max(hashes.length, found.length)
    const filled = <T>(those: readonly T[]) => Array.from({ length: width }, (_, at) => those[at])
    if (width > 0) yield { first, entries: filled(found), kept: filled(hashes) }
    if (width < tileWidth) return
    first += width
  }
}

const tilesAhead = 8

/** Without end, in order: the next ones are read while one is looked at. */
async function* readAhead<T>(read: (index: number) => Promise<T>): AsyncGenerator<T> {
  const asked: Promise<T>[] = []
  for (let index = 0; ; index += 1) {
    asked.push(read(index))
    const next = asked.length > tilesAhead ? asked.shift() : undefined
    if (next) yield await next
  }
}

/** The full tile, or the widest part of it there is; nothing when it is not there or is none. */
async function tileAt<T>(
  dir: string,
  level: number | 'entries',
  index: number,
  decode: (bytes: Uint8Array, width: number) => T[],
): Promise<T[]> {
  const pathOf = (width: number) => join(dir, tilePath({ level, index, width }))
  const whole = await readFile(pathOf(tileWidth)).catch(() => undefined)
  if (whole) return decoded(() => decode(whole, tileWidth))
  const names = await readdir(`${pathOf(tileWidth)}.p`).catch(() => [])
  const width = Math.max(0, ...names.filter((each) => /^[1-9][0-9]{0,2}$/.test(each)).map(Number))
  if (width < 1 || width >= tileWidth) return []
  const part = await readFile(pathOf(width)).catch(() => Buffer.alloc(0))
  return decoded(() => decode(part, width))
}

function decoded<T>(decode: () => T[]): T[] {
  try {
    return decode()
  } catch {
    return []
  }
}

/** The tiles of a level in order, up to the first that is not full. */
export async function* readTiles(dir: string, level: number): AsyncGenerator<readonly Hash[]> {
  for await (const hashes of readAhead((index) => tileAt(dir, level, index, decodeHashes))) {
    if (hashes.length > 0) yield hashes
    if (hashes.length < tileWidth) return
  }
}
