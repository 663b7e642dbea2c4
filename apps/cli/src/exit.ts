/**
 * Exit codes: 0 to 9 belong to a command's own verdict (a preflight answers 0, 1 or 2) and are used only when it ran.
 * Everything that kept it from running exits from 64 up.
 */
export const exitCodes = {
  usage: 64,
  invalid: 65,
  missing: 66,
  unavailable: 69,
  bug: 70,
  conflict: 73,
  too_many: 75,
  unauthenticated: 77,
  forbidden: 78,
  too_large: 79,
} as const

export type Failed = {
  readonly code?: string
  readonly kind?: string
  readonly message?: string
  readonly hint?: string
  readonly problems?: readonly { readonly path: string; readonly message: string }[]
}

export const exitCodeOf = (failed: Failed): number =>
  exitCodes[(failed.kind ?? 'bug') as keyof typeof exitCodes] ?? exitCodes.bug

/** What a person reads of a failure: the sentence, every problem, the next step. */
export function failureLines(failed: Failed): string[] {
  return [
    `${failed.message ?? 'It failed.'}${failed.code ? ` (${failed.code})` : ''}`,
    ...(failed.problems ?? []).map((each) => `  ${each.path}: ${each.message}`),
    ...(failed.hint ? [`hint: ${failed.hint}`] : []),
  ]
}
