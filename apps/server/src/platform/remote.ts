import type { Readable } from 'node:stream'

/** Words, never a string glued for a shell; quoting belongs to the one adapter that runs it. */
export type Command = readonly string[]

/** Where a host is and how to know that it is the right one. */
export type HostAddress = {
  readonly hostId: string
  readonly address: string
  readonly port: number
  readonly user: string
  /** The pinned public key: `ssh-ed25519 AAAA...` without a comment. A connection to any other key is refused. */
  readonly hostKey: string
  /** A way through another machine, `user@address:port`. */
  readonly jump?: string
}

/**
 * One piece of work on a host: a POSIX sh script that travels by stdin (so secrets inside it never reach argv or a
 * log), runs as root (sudo where the user is not root), and prints one JSON object a line on stdout. The name says
 * what it is, in console, trail and traces, and pretend hosts answer by it.
 */
export type Program = {
  readonly name: string
  readonly script: string
  /** Positional parameters $1.. of the script; visible in argv of the host, so never a secret. */
  readonly args?: readonly string[]
  readonly timeoutSeconds: number
  /** It changes nothing: it goes to a machine that is not ours without our marks, an epoch or a fence. */
  readonly looksOnly?: true
  /** Whose run sends it: a host refuses a program of an older takeover of the same run. */
  readonly fence?: { readonly run: string; readonly takeover: number }
}

export type ProgramResult = {
  readonly exit: number
  /** JSON lines of stdout, parsed; anything else is in `noise`. */
  readonly events: readonly unknown[]
  readonly noise: string
  readonly stderr: string
  readonly seconds: number
}

/**
 * Errors: `host.unreachable` (unavailable), `host.key_changed` (conflict), `host.login_refused` (conflict),
 * `host.program_timeout` (unavailable), `host.program_stale` (conflict: a newer takeover works there),
 * `host.epoch_behind` (conflict: a Nexus restored later works there).
 * A program that ends with another exit than 0 is an answer, not an error.
 */
export type Remote = {
  readonly run: (host: HostAddress, program: Program, onEvent?: (event: unknown) => void) => Promise<ProgramResult>
  /** Streams a file to `path` on the host (root:root, `mode` octal), written beside and renamed. */
  readonly upload: (host: HostAddress, path: string, content: Readable | Buffer, mode: string) => Promise<void>
  /** The host key that answers at an address now, for pinning: never used to trust by itself. */
  readonly scanHostKey: (address: string, port: number) => Promise<string>
  /** Drops cached connections of a host, e.g. after its user or key changed. */
  readonly forget: (hostId: string) => Promise<void>
  readonly close: () => Promise<void>
}
