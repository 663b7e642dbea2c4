/**
 * checks: what was looked at, what came back, and what people said about it; checklists of what must be answered.
 *
 * Owns the recorded results. Never looks at anything itself, never changes a result.
 */
export type { Attestation, ChecklistItem, ChecklistState, CheckRecord } from './check-record.ts'
export { checkRoutes } from './check-routes.ts'
export { type Checks, checkService } from './check-service.ts'
