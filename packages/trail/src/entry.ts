import canonicalize from 'canonicalize'
import { hexOf, sha256 } from './merkle-hash.ts'
import { TrailError } from './trail-error.ts'

/** What happened, as it is kept for good. Nothing in it is secret or personal: what is personal stands beside it. */
export type Entry = {
  readonly id: string
  /** UTC, to the millisecond: 2026-11-21T06:20:08.123Z. */
  readonly at: string
  readonly actor: string
  readonly onBehalfOf?: string
  /** `noun.what`, e.g. `order.blocked`. */
  readonly action: string
  /** The id of what it was done to. */
  readonly subject: string
  readonly reason?: string
  /** JSON as it was and as it became, or SHA-256 of the canonical JSON in hex, where it is too large or not to be shown. */
  readonly before?: unknown
  readonly beforeHash?: string
  readonly after?: unknown
  readonly afterHash?: string
  readonly run?: string
  readonly step?: string
  /** SHA-256 in hex of the evidence that a check kept. */
  readonly evidence?: string
  /** `personalHash` of what stands beside the entry. */
  readonly personal?: string
}

/** An entry is at most so many bytes: tiles give a length 16 bits. */
export const maxEntryBytes = 65_535

const texts = ['id', 'at', 'actor', 'action', 'subject'] as const
const optionalTexts = ['onBehalfOf', 'reason', 'run', 'step'] as const
const hashes = ['beforeHash', 'afterHash', 'evidence', 'personal'] as const
const sortedTexts = [...texts, ...optionalTexts, ...hashes].sort()
const known = new Set<string>([...sortedTexts, 'before', 'after'])

/** The bytes of an entry that are hashed and kept: canonical JSON (RFC 8785) in UTF-8. */
export const canonicalEntry = (entry: Entry): Uint8Array => Buffer.from(entryText(entry))

/** The same as text. */
export function entryText(entry: Entry): string {
  requireEntry(entry)
  const text = canonicalMembers(entry)
  const length = Buffer.byteLength(text)
  if (length > maxEntryBytes) throw entryTooLong(length)
  return text
}

/** The same as canonicalText of the whole, written faster: with its members in their order JSON.stringify does the rest. */
function canonicalMembers(entry: Entry): string {
  if (entry.before !== undefined || entry.after !== undefined) return canonicalText(entry)
  const sorted: Record<string, unknown> = {}
  for (const name of sortedTexts) if (entry[name] !== undefined) sorted[name] = entry[name]
  const text = JSON.stringify(sorted)
  return text.includes('\\ud') ? canonicalText(entry) : text
}

/** The entry with hashes in place of `before` and `after` when it is too long otherwise. */
export function fittedEntry(entry: Entry): Entry {
  if (canonicalJson(entry).length <= maxEntryBytes) return entry
  const { before, after, ...rest } = entry
  return {
    ...rest,
    ...(before === undefined ? {} : { beforeHash: hexOf(sha256(canonicalJson(before))) }),
    ...(after === undefined ? {} : { afterHash: hexOf(sha256(canonicalJson(after))) }),
  }
}

/** Reads an entry; refuses bytes that are not exactly what `canonicalEntry` makes of it. */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length > maxEntryBytes) throw entryTooLong(bytes.length)
  const entry = jsonIn(bytes)
  requireEntry(entry)
  if (Buffer.compare(canonicalJson(entry), bytes) !== 0) throw entryInvalid('Its JSON is not canonical (RFC 8785).')
  return entry
}

/** Canonical JSON (RFC 8785) of any JSON value, in UTF-8. */
export const canonicalJson = (value: unknown): Uint8Array => Buffer.from(canonicalText(value))

/** The same as text. */
export function canonicalText(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch (thrown) {
    throw entryInvalid(thrown instanceof Error ? `${thrown.message}.` : 'It is no JSON.')
  }
  if (text === undefined) throw entryInvalid('It is no JSON.')
  return text
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    throw entryInvalid('It is no JSON in UTF-8.')
  }
}

function requireEntry(entry: unknown): asserts entry is Entry {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) throw entryInvalid('It is no object.')
  const found = entry as Record<string, unknown>
  for (const name of Object.keys(found)) if (!known.has(name)) throw entryInvalid(`It has a member "${name}".`)
  for (const name of texts)
    if (typeof found[name] !== 'string' || found[name] === '') throw entryInvalid(`Its "${name}" is no text.`)
  for (const name of optionalTexts)
    if (found[name] !== undefined && typeof found[name] !== 'string') throw entryInvalid(`Its "${name}" is no text.`)
  for (const name of hashes)
    if (found[name] !== undefined && !isHexHash(found[name])) throw entryInvalid(`Its "${name}" is no SHA-256 in hex.`)
  if (!isInstant(String(found['at']))) throw entryInvalid('Its "at" is no time like 2026-11-21T06:20:08.123Z.')
}

export const isHexHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** Entries of one transaction share their time, so the last one that was right is known. */
let lastInstant = ''
function isInstant(text: string): boolean {
  if (text === lastInstant) return true
  const at = new Date(text)
  if (Number.isNaN(at.getTime()) || at.toISOString() !== text) return false
  lastInstant = text
  return true
}

const entryInvalid = (why: string) =>
  new TrailError('trail.entry_invalid', 'invalid', `This is not an entry of the trail. ${why}`)

const entryTooLong = (bytes: number) =>
  new TrailError('trail.entry_too_long', 'invalid', `An entry of ${bytes} bytes is longer than ${maxEntryBytes}.`, {
    hint: 'Keep hashes of before and after instead: fittedEntry.',
    details: { bytes },
  })
