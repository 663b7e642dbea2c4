export type TrailErrorKind = 'invalid' | 'conflict'

export type TrailErrorExtras = {
  /** The next step a person can take. */
  readonly hint?: string
  /** What did not match, for programs: expected and found, index, size, name. */
  readonly details?: Readonly<Record<string, string | number>>
}

/**
 * Anything that does not hold. `invalid`: what was given cannot be read, or makes no sense. `conflict`: it can be read
 * and does not match. `code` and `kind` are those of the API, so that server and command line show it like their own.
 */
export class TrailError extends Error {
  readonly code: string
  readonly kind: TrailErrorKind
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, string | number>>

  constructor(code: string, kind: TrailErrorKind, message: string, { hint, details = {} }: TrailErrorExtras = {}) {
    super(message)
    this.name = 'TrailError'
    this.code = code
    this.kind = kind
    this.hint = hint
    this.details = details
  }
}
