/** Where sealed files are kept, beside this machine if the operator is wise. Names are ours: `nexus-...`. */
export type BackupPlace = {
  /** For people; without credentials. */
  readonly title: string
  /** Copies a local file there under `name`, whole or not at all. */
  readonly put: (name: string, file: string) => Promise<void>
  /** Copies what is there under `name` to a local file. */
  readonly fetch: (name: string, file: string) => Promise<void>
  /** Newest last. */
  readonly list: () => Promise<readonly string[]>
  readonly remove: (name: string) => Promise<void>
}
