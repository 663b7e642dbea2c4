import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseCheckpoint } from './checkpoint.ts'
import { appendLeaf, type CompactRange, emptyRange } from './compact-range.ts'
import {
  exportFiles,
  formatCheckpointLine,
  formatManifest,
  formatPersonalLine,
  type Layout,
  type StoredEntry,
} from './export-format.ts'
import { type Hash, hexOf } from './merkle-hash.ts'
import { parseNote } from './signed-note.ts'
import { encodeEntries, tilePath, tileWidth } from './tiles.ts'
import { TrailError } from './trail-error.ts'

type Stream<T> = Iterable<T> | AsyncIterable<T>

export type ExportContent = {
  readonly origin: string
  /** In the order of the log. */
  readonly entries: Stream<StoredEntry>
  /** Signed notes, in whatever order. */
  readonly checkpoints: Stream<string>
  /** What came before the first entry; only for `jsonl`. Its size must be that of one of the checkpoints. */
  readonly start?: CompactRange
}

type EntryWriter = {
  readonly add: (entry: Uint8Array, leaf: Hash) => Promise<void>
  readonly close: () => Promise<void>
}

/** Writes an export into an empty or new folder. Hashes are written as they were kept: that they fit is for the reader to find. */
export async function writeExport(
  dir: string,
  layout: Layout,
  { origin, entries, checkpoints, start = emptyRange() }: ExportContent,
): Promise<{ readonly size: number; readonly checkpoints: number }> {
  if (layout === 'tiles' && start.size > 0) throw startRefused()
  await mkdir(dir, { recursive: true })
  if ((await readdir(dir)).length > 0) throw folderNotEmpty(dir)
  const personal = await appender(join(dir, exportFiles.personal))
  const writer = layout === 'jsonl' ? await lineWriter(dir) : await tileWriter(dir)
  let size = start.size
  for await (const each of entries) {
    await writer.add(each.entry, each.leaf)
    if (each.personal) await personal.add(formatPersonalLine(size, each.personal))
    size += 1
  }
  await Promise.all([writer.close(), personal.close()])
  const written = await writeCheckpoints(dir, checkpoints)
  await writeFile(join(dir, exportFiles.manifest), formatManifest({ layout, origin, start }))
  return { size, checkpoints: written }
}

/** All of them a line each, and the largest as the file that C2SP names. */
async function writeCheckpoints(dir: string, checkpoints: Stream<string>): Promise<number> {
  const file = await appender(join(dir, exportFiles.checkpoints))
  let [count, last] = [0, { note: '', size: -1 }]
  for await (const note of checkpoints) {
    await file.add(formatCheckpointLine(note))
    const { size } = parseCheckpoint(parseNote(note).text)
    if (size >= last.size) last = { note, size }
    count += 1
  }
  await file.close()
  if (count > 0) await writeFile(join(dir, exportFiles.checkpoint), last.note)
  return count
}

async function lineWriter(dir: string): Promise<EntryWriter> {
  const entries = await appender(join(dir, exportFiles.entries))
  const leaves = await appender(join(dir, exportFiles.leafHashes))
  return {
    add: async (entry, leaf) => {
      await entries.add(entry, '\n')
      await leaves.add(`${hexOf(leaf)}\n`)
    },
    close: async () => {
      await Promise.all([entries.close(), leaves.close()])
    },
  }
}

async function tileWriter(dir: string): Promise<EntryWriter> {
  let range = emptyRange()
  let bundle: Uint8Array[] = []
  let size = 0
  const levels: { index: number; hashes: Hash[] }[] = []
  const write = async (level: number | 'entries', index: number, width: number, bytes: Uint8Array) => {
    const path = join(dir, tilePath({ level, index, width }))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  const writeLevel = async (level: number) => {
    const { index, hashes } = levels[level] ?? { index: 0, hashes: [] }
    if (hashes.length === 0) return
    await write(level, index, hashes.length, Buffer.concat(hashes))
    levels[level] = { index: index + 1, hashes: [] }
  }
  const writeBundle = async () => {
    if (bundle.length > 0)
      await write('entries', Math.floor((size - 1) / tileWidth), bundle.length, encodeEntries(bundle))
    bundle = []
  }
  return {
    add: async (entry, leaf) => {
      range = appendLeaf(range, leaf, (node, hash) => {
        const level = node.level / 8
        if (level === levels.length) levels.push({ index: 0, hashes: [] })
        if (Number.isInteger(level)) levels[level]?.hashes.push(hash)
      })
      bundle.push(Uint8Array.from(entry))
      size += 1
      if (bundle.length === tileWidth) await writeBundle()
      for (const [level, { hashes }] of levels.entries()) if (hashes.length === tileWidth) await writeLevel(level)
    },
    close: async () => {
      await writeBundle()
      for (const level of levels.keys()) await writeLevel(level)
    },
  }
}

/** A new file that is written a megabyte at a time. */
async function appender(path: string) {
  const file = await open(path, 'wx')
  let [parts, length] = [[] as Uint8Array[], 0]
  const flush = async () => {
    const bytes = Buffer.concat(parts)
    ;[parts, length] = [[], 0]
    await file.appendFile(bytes)
  }
  return {
    add: async (...texts: (string | Uint8Array)[]) => {
      for (const each of texts) {
        const bytes = Buffer.from(each)
        parts.push(bytes)
        length += bytes.length
      }
      if (length > 1_048_576) await flush()
    },
    close: async () => {
      await flush()
      await file.close()
    },
  }
}

const folderNotEmpty = (dir: string) =>
  new TrailError(
    'trail.folder_not_empty',
    'conflict',
    `${dir} is not empty; an export goes into a folder of its own.`,
    {
      hint: 'Name a new folder.',
    },
  )

const startRefused = () =>
  new TrailError('trail.start_refused', 'invalid', 'Tiles are of the whole log: they cannot begin in its middle.', {
    hint: 'Take the layout jsonl.',
  })
