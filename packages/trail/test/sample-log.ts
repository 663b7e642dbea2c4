import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  appendLeaf,
  base64Of,
  type CompactRange,
  canonicalEntry,
  type Entry,
  emptyRange,
  formatCheckpoint,
  type Hash,
  leafHash,
  newSignerKey,
  type Personal,
  parseSignerKey,
  parseVerifierKey,
  personalHash,
  rootOf,
  type StoredEntry,
  sha256,
  signNote,
  verifierKeyOf,
} from '../src/index.ts'

export const signerKey = newSignerKey('nexus.example.com/trail')
export const verifierKey = verifierKeyOf(signerKey)
export const keys = [parseVerifierKey(verifierKey)]
export const origin = 'nexus.example.com/trail'

export type SampleLog = {
  readonly entries: readonly StoredEntry[]
  readonly leaves: readonly Hash[]
  readonly ranges: readonly CompactRange[]
}

/** Every seventh entry has something personal beside it. */
export const sampleLog = (size: number, word = 'moved'): SampleLog =>
  logOf(Array.from({ length: size }, (_, index) => storedEntry(index, word)))

export function logOf(entries: readonly StoredEntry[]): SampleLog {
  const leaves = entries.map((each) => each.leaf)
  const ranges = [emptyRange()]
  for (const leaf of leaves) ranges.push(appendLeaf(ranges.at(-1) ?? emptyRange(), leaf))
  return { entries, leaves, ranges }
}

export function storedEntry(index: number, word = 'moved'): StoredEntry {
  const personal: Personal = {
    salt: base64Of(sha256(Buffer.from(`${index}`))),
    data: { mail: `p${index}@example.com` },
  }
  const entry: Entry = {
    id: `aud_${String(index).padStart(6, '0')}`,
    at: new Date(1_795_000_000_000 + index * 1000).toISOString(),
    actor: 'person:ada',
    action: `order.${word}`,
    subject: `ord_${index % 5}`,
    after: { state: 'Open', step: index },
    ...(index % 7 === 0 ? { personal: personalHash(personal) } : {}),
  }
  const bytes = canonicalEntry(entry)
  return { entry: bytes, leaf: leafHash(bytes), ...(index % 7 === 0 ? { personal } : {}) }
}

export const checkpointOf = ({ ranges }: SampleLog, size: number, key = signerKey): string => {
  const root = rootOf(ranges[size] ?? emptyRange())
  return signNote({ text: formatCheckpoint({ origin, size, root }) }, [parseSignerKey(key)])
}

/** A folder of its own that is gone after the work. */
export async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'nexus-trail-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Changes the lines of a file, each without its newline. */
export async function changeLines(file: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  const changed = change(lines)
  await writeFile(file, changed.map((each) => `${each}\n`).join(''))
}
