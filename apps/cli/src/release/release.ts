import type { ItemOf } from '@nexus/client'
import { table } from '../io.ts'
import { facts, moment, section } from '../show.ts'

/** A release as the API answers it. */
export type Release = ItemOf<'listReleases'>

export const releasesText = (releases: readonly Release[]): string =>
  table(
    ['release', 'stack', 'version', 'runtime', 'since', 'by'],
    releases.map((each) => [
      each.id,
      each.stack,
      each.version,
      each.runtime,
      moment(each.createdAt) ?? '',
      each.createdBy,
    ]),
  )

export const releaseText = (release: Release): string =>
  [
    facts([
      ['Release', release.id],
      ['Stack', `${release.stack} ${release.version}`],
      ['Runtime', release.runtime],
      ['Registered', `${moment(release.createdAt)} by ${release.createdBy}`],
    ]),
    ...section(
      'Artifacts',
      release.artifacts.map(({ file, bytes, sha256 }) => `${file}  ${(bytes / 1e6).toFixed(1)} MB  sha256 ${sha256}`),
    ),
  ].join('\n')
