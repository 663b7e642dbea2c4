import { type Actor, requirePermission } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { type HistoryEntry, type HistoryPage, listEntries } from './history-store.ts'

export const historyService = ({ db }: { readonly db: Db }) => ({
  list: async (actor: Actor, page: HistoryPage): Promise<HistoryEntry[]> => {
    requirePermission(actor, 'history.read')
    return listEntries(db, page)
  },
})

export type History = ReturnType<typeof historyService>
