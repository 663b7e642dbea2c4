/** What went wrong, in one word: it decides the HTTP status, the exit code and whether to try again. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'too_large'
  | 'too_many'
  | 'unavailable'
  | 'bug'

/** The one place where a kind of failure becomes an HTTP status and a decision to try again. */
export const meaning = {
  invalid: { status: 400, retry: false },
  unauthenticated: { status: 401, retry: false },
  forbidden: { status: 403, retry: false },
  missing: { status: 404, retry: false },
  conflict: { status: 409, retry: false },
  too_large: { status: 413, retry: false },
  too_many: { status: 429, retry: false },
  unavailable: { status: 503, retry: true },
  bug: { status: 500, retry: false },
} as const satisfies Record<ErrorKind, { status: number; retry: boolean }>

export type ErrorExtras = {
  /** The next step a person can take. */
  readonly hint?: string
  /** Every problem at once, for forms and files: path and sentence. */
  readonly problems?: readonly Problem[]
  readonly cause?: unknown
}

export type Problem = { readonly path: string; readonly message: string }

/**
 * An error that tells a program what it is (`code`, `kind`) and a person what to do (`message`, `hint`).
 * Match on `code` or `kind`, never on the class: an error that crossed a step has been to Postgres and back.
 */
export class NexusError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly hint: string | undefined
  readonly problems: readonly Problem[] | undefined

  constructor(code: string, kind: ErrorKind, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.name = 'NexusError'
    this.code = code
    this.kind = kind
    this.hint = extras.hint
    this.problems = extras.problems
  }
}

/** The shape every failure has once it left the place it happened. */
export type Failure = {
  readonly code: string
  readonly kind: ErrorKind
  readonly message: string
  readonly hint?: string
  readonly problems?: readonly Problem[]
}

const isKind = (value: unknown): value is ErrorKind => typeof value === 'string' && value in meaning

/** Reads any thrown value: ours, one that came back from Postgres, or a stranger (which is a bug). */
export function toFailure(thrown: unknown): Failure {
  const found = thrown as {
    code?: unknown
    kind?: unknown
    message?: unknown
    hint?: unknown
    problems?: unknown
  } | null
  const message = thrown instanceof Error ? thrown.message : String(found?.message ?? thrown)
  if (found && typeof found === 'object' && typeof found.code === 'string' && isKind(found.kind)) {
    return {
      code: found.code,
      kind: found.kind,
      message,
      ...(typeof found.hint === 'string' ? { hint: found.hint } : {}),
      ...(Array.isArray(found.problems) ? { problems: found.problems as Problem[] } : {}),
    }
  }
  return { code: 'nexus.bug', kind: 'bug', message }
}

export const isRetryable = (thrown: unknown): boolean => meaning[toFailure(thrown).kind].retry
