import type { Slot } from './stack-schema.ts'

/** Where everything of an instance lies on its host. One place, so that undo and people find it. */

const root = '/srv/nexus'

export const layout = (instance: string) => ({
  home: `${root}/${instance}`,
  release: (release: string) => `${root}/${instance}/releases/${release}`,
  slot: (slot: Slot) => `${root}/${instance}/slots/${slot}`,
  environments: (slot: Slot) => `${root}/${instance}/env/${slot}`,
  environment: (slot: Slot, service: string) => `${root}/${instance}/env/${slot}/${service}.env`,
  project: (slot: Slot) => `${root}/${instance}/compose/${slot}`,
  projectSecrets: (slot: Slot) => `${root}/${instance}/compose/${slot}/secrets`,
  composeFile: (slot: Slot) => `${root}/${instance}/compose/${slot}/compose.json`,
})

/** Files as they came, by digest: two releases with the same file share it. */
export const artifactPath = (sha256: string): string => `${root}/artifacts/${sha256}`

/** The part of an id after its prefix: short enough for a user and a role. */
const short = (instance: string) => instance.replace(/^[a-z]+_/, '')

export const userOf = (instance: string): string => `nx-${short(instance)}`
export const databaseOf = (instance: string): string => `nx_${short(instance)}`
/** Where a backup is restored to, to see that it can be. */
export const scratchDatabaseOf = (instance: string): string => `nx_${short(instance)}_restore`
export const unitOf = (instance: string, slot: Slot, service: string): string =>
  `nexus-${instance}-${slot}-${service}.service`
export const projectOf = (instance: string, slot: Slot): string => `nexus-${instance.replaceAll('_', '-')}-${slot}`

export const socketDirectory = '/var/run/postgresql'
