/**
 * A check is the only way to say "good". `unknown` (no data, a time-out, a check that did not run) refuses like
 * `fail`. `not_applicable` and `not_built` carry a reason, do not gate, and are never `pass`.
 */
export const checkStatuses = ['pass', 'warn', 'fail', 'unknown', 'not_applicable', 'not_built'] as const
export type CheckStatus = (typeof checkStatuses)[number]

export type CheckResult = {
  /** Stable and unique in its list, e.g. `smoke.frontend`. */
  readonly name: string
  /** A sentence for people. */
  readonly title: string
  readonly status: CheckStatus
  /** What came back, in one line. */
  readonly summary: string
  /** What was asked: a command or a URL. Never holds a secret. */
  readonly asked: string
  /** From where it was looked at, e.g. `control plane`, `the host itself`. */
  readonly vantage: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly seconds?: number
  /** An excerpt of the answer, cleaned of control characters, at most 4 kB. */
  readonly evidence?: string
}

export type Verdict = 'pass' | 'warn' | 'fail'

const gates = (result: CheckResult) => result.status !== 'not_applicable' && result.status !== 'not_built'

/** One verdict over a list. An empty list, or one in which nothing gates, is a `fail`: nobody looked. */
export function foldChecks(results: readonly CheckResult[]): Verdict {
  const asked = results.filter(gates)
  if (asked.length === 0) return 'fail'
  if (asked.some((each) => each.status === 'fail' || each.status === 'unknown')) return 'fail'
  return asked.some((each) => each.status === 'warn') ? 'warn' : 'pass'
}

export const refusing = (results: readonly CheckResult[]): readonly CheckResult[] =>
  results.filter((each) => each.status === 'fail' || each.status === 'unknown')

const printed: Record<CheckStatus, string> = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: 'FAIL',
  not_applicable: 'SKIP',
  not_built: 'SKIP',
}

/** The line of S0-81: `PASS|WARN|FAIL: text`. */
export function printCheck(result: CheckResult): string {
  const why = result.status === 'unknown' ? ` (unknown: ${result.summary})` : `: ${result.summary}`
  const reason = result.status === 'not_built' ? ': not built yet' : why
  return `${printed[result.status]}: ${result.title}${reason}`
}

/** The whole report of a list: the lines, the counts and the readiness line. Exit: 0 PASS, 1 WARN, 2 FAIL. */
export function printChecks(results: readonly CheckResult[]): {
  readonly lines: readonly string[]
  readonly exit: 0 | 1 | 2
} {
  const count = (word: string) => results.filter((each) => printed[each.status] === word).length
  const verdict = foldChecks(results)
  const asked = results.filter(gates).length
  return {
    lines: [
      ...results.map(printCheck),
      `Results: PASS=${count('PASS')} WARN=${count('WARN')} FAIL=${count('FAIL')} (checks=${asked})`,
      `READINESS: ${verdict.toUpperCase()}`,
    ],
    exit: verdict === 'pass' ? 0 : verdict === 'warn' ? 1 : 2,
  }
}
