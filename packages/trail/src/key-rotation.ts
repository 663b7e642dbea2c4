import { parseEntry } from './entry.ts'
import type { Batch } from './export-reader.ts'
import { leafHash, sameHash } from './merkle-hash.ts'
import { parseVerifierKey } from './note-keys.ts'

/** A key of the log that an entry names, and the place of that entry. */
export type FollowedKey = { readonly verifierKey: string; readonly index: number }

/** What the entry of a change of keys says: `trail.key_rotated`, `before.key` and `after.key`. */
export type Rotated = FollowedKey & { readonly before: string }

const action = '"action":"trail.key_rotated"'

/** The changes of keys among entries that are as they were hashed. Whether they are proven is for the caller to say. */
export const rotationsIn = ({ first, entries, kept }: Batch): Rotated[] =>
  entries.flatMap((entry, at) => {
    const hash = kept[at]
    if (!entry || !hash || !Buffer.from(entry.buffer, entry.byteOffset, entry.length).includes(action)) return []
    const found = sameHash(leafHash(entry), hash) ? rotationIn(entry) : undefined
    return found ? [{ ...found, index: first + at }] : []
  })

function rotationIn(bytes: Uint8Array): Omit<Rotated, 'index'> | undefined {
  try {
    const entry = parseEntry(bytes)
    const [before, after] = [keyIn(entry.before), keyIn(entry.after)]
    if (entry.action !== 'trail.key_rotated' || before === undefined || after === undefined) return undefined
    return { before, verifierKey: parseVerifierKey(after).verifierKey }
  } catch {
    return undefined
  }
}

const keyIn = (value: unknown): string | undefined => {
  const key = (value as { key?: unknown } | null | undefined)?.key
  return typeof key === 'string' ? key : undefined
}
