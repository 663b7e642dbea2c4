import type { Db, Tx } from '../../platform/db.ts'
import { type Artifact, type Release, releaseNotFound } from './release.ts'

type ReleaseRow = {
  id: string
  stack: string
  version: string
  runtime: string
  manifest: Record<string, unknown>
  compose: string | null
  artifacts: Artifact[]
  folder: string
  created_at: Date
  created_by: string
}

const toRelease = (row: ReleaseRow): Release => ({
  id: row.id,
  stack: row.stack,
  version: row.version,
  runtime: row.runtime,
  manifest: row.manifest,
  compose: row.compose ?? undefined,
  artifacts: row.artifacts,
  folder: row.folder,
  createdAt: row.created_at,
  createdBy: row.created_by,
})

export async function findRelease(db: Db, id: string): Promise<Release> {
  const row = await db.row<ReleaseRow>('select * from release where id = $1', [id])
  if (!row) throw releaseNotFound(id)
  return toRelease(row)
}

export async function releaseOf(db: Db, stack: string, version: string, runtime: string): Promise<Release | undefined> {
  const row = await db.row<ReleaseRow>('select * from release where stack = $1 and version = $2 and runtime = $3', [
    stack,
    version,
    runtime,
  ])
  return row && toRelease(row)
}

export type ReleaseFilter = {
  readonly stack?: string | undefined
  readonly limit: number
  readonly after?: string | undefined
}

/** Newest first. */
export async function listReleases(db: Db, filter: ReleaseFilter): Promise<Release[]> {
  const rows = await db.rows<ReleaseRow>(
    `select * from release where ($1::text is null or stack = $1) and ($2::text is null or id < $2) order by id desc limit $3`,
    [filter.stack ?? null, filter.after ?? null, filter.limit],
  )
  return rows.map(toRelease)
}

/** False when the version is there already. */
export async function addRelease(tx: Tx, each: Release): Promise<boolean> {
  const rows = await tx.rows(
    `insert into release (id, stack, version, runtime, manifest, compose, artifacts, folder, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (stack, version, runtime) do nothing returning id`,
    [
      each.id,
      each.stack,
      each.version,
      each.runtime,
      JSON.stringify(each.manifest),
      each.compose ?? null,
      JSON.stringify(each.artifacts),
      each.folder,
      each.createdAt,
      each.createdBy,
    ],
  )
  return rows.length > 0
}
