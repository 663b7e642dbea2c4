import { z } from 'zod'
import type { CheckResult } from '../../platform/check.ts'
import { plainLine } from '../../platform/plain-text.ts'
import type { ProgramResult } from '../../platform/remote.ts'
import type { PreflightCheck } from './preflight-program.ts'

const Line = z.object({
  type: z.literal('check'),
  name: z.string(),
  status: z.enum(['pass', 'warn', 'fail', 'unknown', 'not_applicable']),
  summary: z.string(),
})
const Verdict = z.object({
  type: z.literal('verdict'),
  pass: z.number(),
  warn: z.number(),
  fail: z.number(),
  other: z.number(),
})

/**
 * What the host said, one result a check that was asked. Anything else than a whole, consistent answer refuses: a check
 * that is missing, said twice or unreadable is `unknown`, and so is a verdict that does not agree with its lines.
 */
export function readPreflight(
  checks: readonly PreflightCheck[],
  result: ProgramResult,
  at: Date,
): readonly CheckResult[] {
  const lines = result.events.flatMap((each) => Line.safeParse(each).data ?? [])
  const head = (check: Pick<PreflightCheck, 'name' | 'title' | 'asked'>) => ({
    name: check.name,
    title: check.title,
    asked: check.asked,
    vantage: 'the host itself',
    at: at.toISOString(),
  })
  const results = checks.map((check): CheckResult => {
    const said = lines.filter((each) => each.name === check.name)
    const [only] = said
    if (only === undefined) return { ...head(check), status: 'unknown', summary: 'it did not run' }
    if (said.length > 1) return { ...head(check), status: 'unknown', summary: 'it answered more than once' }
    return { ...head(check), status: only.status, summary: plainLine(only.summary) }
  })
  const wrong = contradiction(checks, lines, result)
  if (wrong === undefined) return results
  const whole = {
    name: 'preflight.whole',
    title: 'The preflight ran to its end and agrees with itself',
    asked: 'the preflight program',
  }
  return [
    ...results,
    { ...head(whole), status: 'unknown', summary: wrong, evidence: plainLine(result.stderr || result.noise, 1000) },
  ]
}

function contradiction(
  checks: readonly PreflightCheck[],
  lines: readonly z.infer<typeof Line>[],
  result: ProgramResult,
): string | undefined {
  const verdicts = result.events.flatMap((each) => Verdict.safeParse(each).data ?? [])
  const [verdict] = verdicts
  if (verdict === undefined || verdicts.length > 1) return `it ended with ${result.exit} and without a verdict`
  const count = (...statuses: readonly string[]) => lines.filter((each) => statuses.includes(each.status)).length
  const fail = count('fail', 'unknown')
  const warn = count('warn')
  if (lines.length !== checks.length) return `${lines.length} of ${checks.length} checks answered`
  if (verdict.pass !== count('pass') || verdict.warn !== warn || verdict.fail !== fail)
    return 'the counts and the lines disagree'
  const exit = fail > 0 ? 2 : warn > 0 ? 1 : 0
  return result.exit === exit ? undefined : `the exit code ${result.exit} and the lines disagree`
}

/** When the host could not be asked at all. */
export const notAsked = (checks: readonly PreflightCheck[], why: string, at: Date): readonly CheckResult[] =>
  checks.map(({ name, title, asked }) => ({
    name,
    title,
    asked,
    vantage: 'control plane',
    at: at.toISOString(),
    status: 'unknown',
    summary: plainLine(why),
  }))
