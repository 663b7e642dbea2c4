import type { Readable } from 'node:stream'
import type { HostAddress } from '../../platform/remote.ts'
import type { Slot, StackManifest } from './stack-schema.ts'

/** One release of an instance in one slot of one host: all that a runtime needs to know of it. */
export type Placement = {
  readonly host: HostAddress
  /** The instance's id. */
  readonly instance: string
  readonly slot: Slot
  /** The release's id: names its folder on the host. */
  readonly release: string
  readonly stack: StackManifest
  /** What the release is made of, each known by its digest. */
  readonly artifacts: readonly ReleaseArtifact[]
  /** The text of the release's Compose file, where it has one. */
  readonly compose: string | undefined
}

export type ReleaseArtifact = {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  /** For an image: the name in the manifest and the id Docker shows after loading. */
  readonly image?: { readonly name: string; readonly id: string }
}

/** Every service's environment in the open. Lives in memory only, on its way into a host. */
export type Environments = Readonly<Record<string, Readonly<Record<string, string>>>>

export type PutInput = {
  readonly environments: Environments
  /** Values of all variables of the manifest, for interpolation. */
  readonly variables: Readonly<Record<string, string>>
}

/** What a command said when it came to its end. */
export type CommandEnd = { readonly exit: number; readonly out: string; readonly err: string; readonly seconds: number }

export type OnceInput = {
  readonly service: string
  readonly command: readonly string[]
  readonly timeoutSeconds: number
  /** Values that stand in for the service's own, e.g. the address of a scratch database. */
  readonly instead?: Readonly<Record<string, string>>
}

export type ServiceState = {
  readonly service: string
  readonly state: 'running' | 'starting' | 'stopped' | 'failed' | 'absent'
  /** How often it came up again by itself. */
  readonly restarts: number
  /** It takes connections on its port; undefined where nobody looked. */
  readonly listening?: boolean
  readonly detail: string
}

export type HealthAnswer = {
  readonly service: string
  readonly url: string
  readonly healthy: boolean
  readonly status: number
  readonly seconds: number
  readonly body: string
  /** The last lines the service said; asked for only when it is not healthy. */
  readonly logs: string
}

export type FetchAnswer = { readonly sent: readonly string[]; readonly had: readonly string[] }

/**
 * The way a release runs on a host; systemd and Compose are of the same standing. Every verb may be called again.
 * `put` places files, environment and units and starts nothing; `ready` starts what is put and says when it is well;
 * `weigh` gives a slot its share of the traffic; `remove` takes a slot away and leaves nothing of it running.
 */
export type Runtime = {
  /** Brings what the release is made of to the host, each file once, its digest checked there. */
  readonly fetch: (placement: Placement) => Promise<FetchAnswer>
  /** Unpacks or loads what was fetched, and answers what was verified. */
  readonly install: (placement: Placement) => Promise<string>
  /** `fetch` and `install` where they were not done, then the slot's environment and units. Starts nothing. */
  readonly put: (placement: Placement, input: PutInput) => Promise<void>
  /** One command with a service's environment and rights, to its end. */
  readonly once: (placement: Placement, input: OnceInput) => Promise<CommandEnd>
  /** Starts (again) what is put, each service after what it needs. */
  readonly start: (placement: Placement) => Promise<readonly ServiceState[]>
  /** Waits until each service is healthy, at most as long as its manifest says. */
  readonly ready: (placement: Placement) => Promise<readonly HealthAnswer[]>
  readonly weigh: (placement: Placement, percent: number) => Promise<void>
  readonly remove: (placement: Placement) => Promise<void>
  readonly observe: (placement: Placement) => Promise<readonly ServiceState[]>
  readonly logs: (placement: Placement, service: string, lines: number) => Promise<string>
}

/** Shares of traffic are the edge's: whoever wires the server hands it in. */
export type Weigh = (host: HostAddress, instance: string, slot: Slot, percent: number) => Promise<void>

/** Opens a file of a release as it lies on the control plane's disk. */
export type OpenArtifact = (release: string, file: string) => Promise<Readable>
