import type { Actor } from '../../platform/actor.ts'
import type { Database } from '../../platform/db.ts'
import type { HostAddress, Remote } from '../../platform/remote.ts'
import type { ReleaseArtifact, Runtime } from './runtime.ts'
import type { StackManifest } from './stack-schema.ts'
import type { SecretRef } from './stack-variables.ts'

/** What this module is handed by whoever wires the server: the facts and powers of other nouns. */

export type SecretsPort = {
  readonly put: (actor: Actor, secret: { tenant: string; name: string; value: string }) => Promise<SecretRef>
  readonly reveal: (ref: SecretRef) => Promise<string>
  readonly generate: (actor: Actor, secret: { tenant: string; name: string; bytes: number }) => Promise<SecretRef>
}

export type ReleaseFacts = {
  readonly id: string
  readonly stack: string
  readonly version: string
  /** As it was accepted; read again by stackOf. */
  readonly manifest: unknown
  readonly compose: string | undefined
  readonly artifacts: readonly ReleaseArtifact[]
}

export type InstanceDeps = {
  readonly db: Database
  readonly now: () => Date
  readonly remote: Remote
  readonly hosts: { readonly address: (hostId: string) => Promise<HostAddress> }
  readonly secrets: SecretsPort
  readonly releases: { readonly facts: (releaseId: string) => Promise<ReleaseFacts> }
  readonly runtimes: Record<StackManifest['runtime'], Runtime>
}
