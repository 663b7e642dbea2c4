import type { Api } from './api.ts'
import type { Connection } from './contexts.ts'
import type { Io } from './io.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What is said for every command: `--server`, `--token-file`, `--context`, `--ca`. */
export type Chosen = {
  readonly server?: string
  readonly tokenFile?: string
  readonly context?: string
  readonly ca?: string
}

/** Everything a command needs comes in through this. */
export type Deps = {
  readonly io: Io
  readonly api: Api
  readonly environment: Environment
  readonly chosen: Chosen
  readonly connection: () => Promise<Connection>
  readonly now: () => Date
  /** Ends early, without an error, when the signal does. */
  readonly pause: (seconds: number, signal?: AbortSignal) => Promise<void>
  /** The text of a file; of stdin for `-`. */
  readonly readText: (file: string) => Promise<string>
  /** A command's own verdict, 0 to 9: it ran, and this is what it found. */
  readonly verdict: (exit: number) => void
  /** Runs another program with this terminal; answers its exit code. */
  readonly run: (program: string, words: readonly string[]) => Promise<number>
}
