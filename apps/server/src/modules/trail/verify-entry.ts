import { type Entry, leafHash, parseEntry, personalHash } from '@nexus/trail'
import type { PlacedRow } from './verify-store.ts'

/** What a row says beside its `entry`, as it was hashed. */
export function besideOf({ before, after, reason }: Pick<PlacedRow, 'before' | 'after' | 'reason'>) {
  return {
    ...(before === null ? {} : { before }),
    ...(after === null ? {} : { after }),
    ...(reason === null ? {} : { reason }),
  }
}

export const recomputed = (row: PlacedRow): Uint8Array | undefined =>
  row.entry === null ? undefined : leafHash(Buffer.from(row.entry))

/** Where the columns of a row do not say what its entry says; each is a sentence. */
export function contradictions(row: PlacedRow, erased: ReadonlySet<string>): readonly string[] {
  const entry = entryIn(row)
  if (entry === undefined) return ['its text is no entry']
  const pairs: readonly (readonly [name: string, says: string | undefined, column: string | null])[] = [
    ['id', entry.id, row.id],
    ['at', entry.at, row.at.toISOString()],
    ['actor', entry.actor, row.actor],
    ['onBehalfOf', entry.onBehalfOf, row.onBehalfOf],
    ['action', entry.action, row.action],
    ['subject', entry.subject, row.subject],
  ]
  const wrong = pairs.filter(([, says, column]) => (says ?? null) !== column)
  return [
    ...wrong.map(
      ([name, says, column]) => `${name}: the entry says ${says ?? 'nothing'}, the column ${column ?? 'nothing'}`,
    ),
    ...besideWrong(row, entry, erased),
  ]
}

function besideWrong(row: PlacedRow, entry: Entry, erased: ReadonlySet<string>): readonly string[] {
  const beside = besideOf(row)
  if (entry.personal === undefined) {
    const open = besideOf({ before: entry.before ?? null, after: entry.after ?? null, reason: entry.reason ?? null })
    return same(beside, open) ? [] : ['before, after or reason: the columns say something else than the entry']
  }
  if (row.salt === null) {
    if (Object.keys(beside).length > 0) return ['before, after or reason: there is no salt to check them with']
    return erased.has(entry.id) ? [] : ['before, after and reason: gone, and no entry says that they were erased']
  }
  return personalHash({ salt: row.salt, data: beside }) === entry.personal
    ? []
    : ['before, after or reason: the columns do not give the hash in the entry']
}

/** The text as it stands, where it can be read. */
export function entryIn({ entry }: Pick<PlacedRow, 'entry'>): Entry | undefined {
  try {
    return entry === null ? undefined : parseEntry(Buffer.from(entry))
  } catch {
    return undefined
  }
}

/** Both are plain JSON of the same making; the order of keys is Postgres' for one and the entry's for the other. */
const same = (one: unknown, other: unknown): boolean => sorted(one) === sorted(other)

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
