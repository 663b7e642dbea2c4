import { type CompactRange, emptyRange, toRange } from './compact-range.ts'
import { fromHex, type Hash, hexOf } from './merkle-hash.ts'
import type { Personal } from './personal.ts'
import { TrailError } from './trail-error.ts'

/**
 * `jsonl`: `entries.jsonl` has the bytes of one entry a line, `leaf-hashes.txt` the hash that was kept for it, in hex.
 * `tiles`: a static log as of https://c2sp.org/tlog-tiles. Both have `checkpoints.jsonl`, `personal.jsonl`, `trail.json`.
 */
export type Layout = 'jsonl' | 'tiles'
export const layouts: readonly Layout[] = ['jsonl', 'tiles']

export const exportFiles = {
  manifest: 'trail.json',
  entries: 'entries.jsonl',
  leafHashes: 'leaf-hashes.txt',
  checkpoints: 'checkpoints.jsonl',
  checkpoint: 'checkpoint',
  personal: 'personal.jsonl',
} as const

/** 64 hex digits and a newline. */
export const leafLine = 65

/** What an export says of itself. None of it is believed: it only says where to read. */
export type Manifest = {
  readonly layout: Layout
  readonly origin: string
  /** What came before the first entry of the export. */
  readonly start: CompactRange
}

/** An entry as the log keeps it: its bytes, and the leaf hash that was kept when it was written. */
export type StoredEntry = { readonly entry: Uint8Array; readonly leaf: Hash; readonly personal?: Personal }

export const formatManifest = ({ layout, origin, start }: Manifest): string =>
  `${JSON.stringify(
    {
      format: 'nexus-trail',
      version: 1,
      layout,
      origin,
      ...(start.size === 0 ? {} : { start: { size: start.size, hashes: start.hashes.map(hexOf) } }),
    },
    null,
    1,
  )}\n`

export function parseManifest(text: string): Manifest {
  const found = objectIn(text)
  const { format, version, layout, origin, start } = found ?? {}
  if (format !== 'nexus-trail' || version !== 1)
    throw exportInvalid('trail.json is not of a trail, or of a later version.')
  if (layout !== 'jsonl' && layout !== 'tiles') throw exportInvalid('trail.json names no layout that is known here.')
  if (typeof origin !== 'string') throw exportInvalid('trail.json has no origin.')
  return { layout, origin, start: start === undefined ? emptyRange() : startIn(start) }
}

function startIn(start: unknown): CompactRange {
  const { size, hashes } = (start ?? {}) as { size?: unknown; hashes?: unknown }
  const read = Array.isArray(hashes) ? hashes.map((each) => fromHex(String(each)) ?? Buffer.of()) : []
  return toRange(Number(size), read)
}

/** A line of `checkpoints.jsonl`: the signed note. */
export const formatCheckpointLine = (note: string): string => `${JSON.stringify({ note })}\n`

export function parseCheckpointLine(line: string): string {
  const note = objectIn(line)?.['note']
  if (typeof note !== 'string') throw exportInvalid('A line of checkpoints.jsonl has no note.')
  return note
}

/** A line of `personal.jsonl`: what stands beside the entry with this index. A line that was erased is not there. */
export const formatPersonalLine = (index: number, { salt, data }: Personal): string =>
  `${JSON.stringify({ index, salt, data })}\n`

export function parsePersonalLine(line: string): { index: number; personal: Personal } {
  const { index, salt, data } = objectIn(line) ?? {}
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || typeof salt !== 'string' || data === undefined)
    throw exportInvalid('A line of personal.jsonl is none.')
  return { index, personal: { salt, data } }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export const exportInvalid = (why: string) =>
  new TrailError('trail.export_invalid', 'invalid', `This is not an export of a trail. ${why}`, {
    hint: 'nexusctl trail export --help',
  })
