/** A signed checkpoint as it is kept outside. */
export type SentCheckpoint = { readonly size: number; readonly note: string; readonly at: Date }

/** A place outside the database where checkpoints go. */
export type CheckpointSink = {
  readonly name: string
  /** True when Nexus could overwrite there what it wrote: such a place proves nothing against Nexus itself. */
  readonly inOwnPower: boolean
  /** Sent at most so often. */
  readonly everySeconds: number
  readonly put: (checkpoint: SentCheckpoint, keys: readonly string[]) => Promise<void>
  /** What was put there last, and all of it, oldest first; left out where nothing can be read back. */
  readonly newest?: () => Promise<SentCheckpoint | undefined>
  readonly list?: () => Promise<readonly SentCheckpoint[]>
}
