import type { ItemOf } from '@nexus/client'
/** A check's result as the API answers it. `unknown` refuses like `fail`. */
export type Check = ItemOf<'listInstanceChecks'>
export type Verdict = 'pass' | 'warn' | 'fail'

/** PASS 0, WARN 1, FAIL 2: the same for every list of checks. */
export const exitOf: Readonly<Record<Verdict, number>> = { pass: 0, warn: 1, fail: 2 }

const printed: Readonly<Record<Check['status'], string>> = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: 'FAIL',
  not_applicable: 'SKIP',
  not_built: 'SKIP',
}

export function checkLine({ status, title, summary }: Pick<Check, 'status' | 'title' | 'summary'>): string {
  if (status === 'unknown') return `FAIL: ${title} (unknown: ${summary})`
  if (status === 'not_built') return `SKIP: ${title}: not built yet`
  return `${printed[status]}: ${title}${summary ? `: ${summary}` : ''}`
}
