import type { AnswerOf, ItemOf } from '@nexus/client'
import { fromBase64, hashSize, type Personal, type StoredEntry } from '@nexus/trail'
import type { Deps } from '../deps.ts'

export type Exported = ItemOf<'readTrailExport'>
export type Begun = AnswerOf<'startTrailExport'>

/** An export is an entry of the log itself. */
export const beginExport = ({ api }: Pick<Deps, 'api'>, body: { format: string; reason?: string }): Promise<Begun> =>
  api.call('startTrailExport', { body })

/** Every entry of an export in the order of the log, a page in memory at a time. */
export async function* exportedEntries({ api }: Pick<Deps, 'api'>, { id }: Begun): AsyncGenerator<Exported> {
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: AnswerOf<'readTrailExport'> = await api.call('readTrailExport', {
      params: { exportId: id },
      query: { from, limit: 1000 },
    })
    yield* page.items
    from = page.next
  }
}

const nothing: StoredEntry = { entry: Buffer.alloc(0), leaf: Buffer.alloc(hashSize) }

/** The same as they are stored. A place that is gone from the database stays empty, so that verifying names it. */
export async function* storedEntries(deps: Pick<Deps, 'api' | 'io'>, begun: Begun): AsyncGenerator<StoredEntry> {
  let place = 0
  const gone = function* (upTo: number) {
    if (place < upTo) deps.io.say(`Gone from the log of the server: places ${place} to ${upTo - 1}.`)
    for (; place < upTo; place += 1) yield nothing
  }
  for await (const { index, entry, leaf, personal } of exportedEntries(deps, begun)) {
    yield* gone(index)
    yield {
      entry: Buffer.from(entry),
      leaf: fromBase64(leaf) ?? nothing.leaf,
      ...(personal === undefined ? {} : { personal: personalOf(personal) }),
    }
    place += 1
  }
  yield* gone(begun.checkpoint.size)
}

export const personalOf = ({ salt, data }: { salt: string; data?: unknown }): Personal => ({ salt, data })
