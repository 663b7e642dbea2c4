import type { OwnUrls } from '../platform/embedded-postgres.ts'
import { takeSnapshot } from '../platform/snapshot.ts'
import { loadSnapshot } from '../platform/snapshot-load.ts'
import { migrateTo } from './prepare-database.ts'

/** From the Postgres of an earlier major version to an empty one, by the same snapshot that backups are made of. */
export async function carryOver(from: OwnUrls, to: OwnUrls): Promise<void> {
  await loadSnapshot(takeSnapshot(from.url), { nexus: to.ownerUrl, dbos: to.url }, (names) =>
    migrateTo(to.ownerUrl, names),
  )
}
