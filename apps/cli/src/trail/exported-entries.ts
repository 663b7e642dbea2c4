import type { AnswerOf, ItemOf } from '@nexus/client'
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
