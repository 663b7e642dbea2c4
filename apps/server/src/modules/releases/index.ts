/**
 * Releases: immutable versions of what may run. Owns the release row, the digests of its files, and reading them from the
 * folder of stacks. Never runs anything, and never changes a release after it was written.
 */
export type { Artifact, Release } from './release.ts'
export { releaseRoutes } from './release-routes.ts'
export { type ReadFolder, type ReleaseDeps, type Releases, releaseService } from './release-service.ts'
