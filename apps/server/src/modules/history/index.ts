/**
 * history: reading the trail of changes.
 *
 * Never writes it (platform/audit.ts does, in the transaction of each change).
 */
export { historyRoutes } from './history-routes.ts'
export { type History, historyService } from './history-service.ts'
export type { HistoryEntry, HistoryPage } from './history-store.ts'
