import { parseEntry } from './entry.ts'
import type { Finding } from './findings.ts'
import { type Hash, sameHash } from './merkle-hash.ts'

/** An entry that does not have the hash that was kept for it; without `computed` it is not there, or cannot be read. */
export type Mismatch = {
  readonly index: number
  readonly kept: Hash | undefined
  readonly computed: Hash | undefined
  readonly id: string | undefined
}

/** As many as are looked at to tell a removed entry from a changed one. */
export const window = 64

/**
 * The first wrong entry, and what was done to it. `mismatches` are the first ones, in order: after a removal or an
 * insertion every later entry is one, because it stands in a place that is not its own.
 */
export function nameFirst(mismatches: readonly Mismatch[], total: number): Finding | undefined {
  const [first, second] = mismatches
  if (!first) return undefined
  const { index } = first
  const name = first.id === undefined ? `Entry ${index}` : `Entry ${index} (${first.id})`
  const rest = total > 1 ? ` ${total} entries in all are not where or what they were.` : ''
  const id = first.id === undefined ? {} : { id: first.id }
  if (first.computed === undefined)
    return { code: 'entry_missing', index, sentence: `Entry ${index} is not there, or cannot be read.${rest}` }
  if (second?.index === index + 1 && same(first.computed, second.kept) && !same(second.computed, first.kept))
    return {
      code: 'entry_removed',
      index,
      sentence: `Entry ${index} was removed: what stands in its place is entry ${index + 1}.${rest}`,
    }
  const place = mismatches.find((each) => each !== first && same(each.computed, first.kept))
  if (place && same(first.computed, place.kept))
    return {
      code: 'entries_swapped',
      index,
      ...id,
      sentence: `Entries ${index} and ${place.index} were swapped.`,
    }
  if (place && place.index === index + 1)
    return { code: 'entry_inserted', index, ...id, sentence: `${name} was inserted: it was never logged there.${rest}` }
  if (place)
    return {
      code: 'entry_changed',
      index,
      ...id,
      sentence: `${name} is not what was logged there; that stands at ${place.index} now.${rest}`,
    }
  return { code: 'entry_changed', index, ...id, sentence: `${name} is not what was logged.${rest}` }
}

const same = (one: Hash | undefined, other: Hash | undefined): boolean =>
  one !== undefined && other !== undefined && sameHash(one, other)

/** The id of an entry that may be anything. */
export function idOf(entry: Uint8Array | undefined): string | undefined {
  if (entry === undefined) return undefined
  try {
    return parseEntry(entry).id
  } catch {
    return undefined
  }
}
