/**
 * trail: the log of everything that was done, and the proof that nobody rewrote it.
 *
 * Gives entries their places, signs checkpoints, brings them outside, verifies. Never writes an entry of others
 * (platform/audit.ts does, in the transaction of each change), and never changes or deletes one.
 */
export type { CheckpointSink, SentCheckpoint } from './checkpoint-sink.ts'
export type { ExportedEntry, TrailEntry } from './trail.ts'
export type { Verification } from './trail-check.ts'
export { acceptRestore } from './trail-restore.ts'
export { trailRoutes } from './trail-routes.ts'
export { type Evidence, type Trail, trailService } from './trail-service.ts'
export { ExportedView, KeyView } from './trail-shapes.ts'
export type { TrailScope } from './trail-store.ts'
