import { NexusError } from '../../platform/errors.ts'

/** Digest and size of one file of a release; for an image also the id it has in Docker. */
export type Artifact = {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  readonly image?: { readonly name: string; readonly id: string }
}

/** What may run: written once, never changed. */
export type Release = {
  readonly id: string
  readonly stack: string
  readonly version: string
  readonly runtime: string
  /** As it was accepted: plain data, read by whoever runs it. */
  readonly manifest: Readonly<Record<string, unknown>>
  readonly compose: string | undefined
  readonly artifacts: readonly Artifact[]
  /** Below the folder of stacks. */
  readonly folder: string
  readonly createdAt: Date
  readonly createdBy: string
}

export type ReleaseContent = Pick<Release, 'stack' | 'version' | 'runtime' | 'manifest' | 'compose' | 'artifacts'>

/** The same content under the same version; anything else with this version is another release. */
export const sameContent = (a: ReleaseContent, b: ReleaseContent): boolean =>
  canonical([a.manifest, a.compose ?? null, a.artifacts]) === canonical([b.manifest, b.compose ?? null, b.artifacts])

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

export const releaseNotFound = (id: string) =>
  new NexusError('release.not_found', 'missing', `There is no release ${id}.`, { hint: 'nexusctl release list' })

export const versionTaken = (release: ReleaseContent) =>
  new NexusError(
    'release.version_taken',
    'conflict',
    `${release.stack} ${release.version} (${release.runtime}) is registered with other content.`,
    { hint: 'A release never changes: give what is new a version of its own.' },
  )
