import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError, type Problem } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import {
  type Artifact,
  type Release,
  type ReleaseContent,
  releaseNotFound,
  sameContent,
  versionTaken,
} from './release.ts'
import * as store from './release-store.ts'

/** What reading a folder of a stack answers: accepted as a whole, or refused with every problem. */
export type ReadFolder = (
  folder: string,
  manifestFile: string,
) => Promise<{
  readonly manifest: { readonly name: string; readonly release: string; readonly runtime: string }
  readonly compose: string | undefined
  readonly artifacts: readonly Artifact[]
  readonly warnings: readonly Problem[]
}>

export type ReleaseDeps = {
  readonly db: Database
  readonly now: () => Date
  /** The folder of stacks on the control plane's disk: nothing outside it is read. */
  readonly stacksFolder: string
  readonly insideFolder: (root: string, name: string) => Promise<string>
  readonly readFolder: ReadFolder
}

export const releaseService = ({ db, now, stacksFolder, insideFolder, readFolder }: ReleaseDeps) => ({
  /** Reads a stack's folder and writes its release; the same content again answers the release there is. */
  register: async (
    actor: Actor,
    asked: { readonly folder: string; readonly manifest?: string },
  ): Promise<{ readonly release: Release; readonly warnings: readonly Problem[] }> => {
    requirePermission(actor, 'instances.write')
    const read = await readFolder(await insideFolder(stacksFolder, asked.folder), asked.manifest ?? 'stack.yaml')
    const { name: stack, release: version, runtime } = read.manifest
    const content: ReleaseContent = {
      stack,
      version,
      runtime,
      manifest: { ...read.manifest },
      compose: read.compose,
      artifacts: read.artifacts,
    }
    const release = await db.inTransaction(async (tx) => {
      const at = now()
      const fresh: Release = {
        id: newId('rel', at),
        ...content,
        folder: asked.folder,
        createdAt: at,
        createdBy: actor.id,
      }
      if (await store.addRelease(tx, fresh)) {
        const after = { stack, version, runtime, artifacts: content.artifacts }
        await recordAudit(tx, actor, { action: 'release.registered', subject: fresh.id, after, at })
        return fresh
      }
      const found = await store.releaseOf(tx, stack, version, runtime)
      if (!found || !sameContent(found, content)) throw versionTaken(content)
      return found
    })
    return { release, warnings: read.warnings }
  },

  find: (actor: Actor, id: string): Promise<Release> => {
    requirePermission(actor, 'instances.read')
    return store.findRelease(db, id)
  },

  /** The newest release of a stack that a runtime can run, or the one of a version. */
  choose: async (actor: Actor, asked: { stack: string; runtime: string; version?: string }): Promise<Release> => {
    requirePermission(actor, 'instances.read')
    const found = (await store.listReleases(db, { stack: asked.stack, limit: 200 })).find(
      (each) => each.runtime === asked.runtime && (asked.version === undefined || each.version === asked.version),
    )
    if (!found)
      throw releaseNotFound(`of ${asked.stack} ${asked.version ?? ''} for ${asked.runtime}`.replaceAll('  ', ' '))
    return found
  },

  list: async (
    actor: Actor,
    filter: { stack?: string | undefined; limit?: number | undefined; after?: string | undefined } = {},
  ) => {
    requirePermission(actor, 'instances.read')
    const limit = filter.limit ?? 50
    const found = await store.listReleases(db, { ...filter, limit: limit + 1 })
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? items.at(-1)?.id : undefined }
  },

  /** For the parts that run a release; no person asks here. */
  facts: (id: string): Promise<Release> => store.findRelease(db, id),

  /** A file of a release as it lies on disk; its digest is checked where it arrives. */
  openArtifact: async (id: string, file: string): Promise<Readable> => {
    const release = await store.findRelease(db, id)
    if (!release.artifacts.some((each) => each.file === file)) {
      throw new NexusError('release.no_such_file', 'missing', `Release ${id} has no file of this name.`)
    }
    return createReadStream(await insideFolder(stacksFolder, join(release.folder, file)))
  },
})

export type Releases = ReturnType<typeof releaseService>
