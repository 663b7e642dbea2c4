export type EnvRule = {
  readonly group: string
  readonly required?: boolean
  readonly default?: string
  /** Answers what is wrong with a value in a person's words, or nothing. Must never repeat the value: it may be a secret. */
  readonly check?: (value: string) => string | undefined
}

export type EnvRules = Readonly<Record<string, EnvRule>>
export type EnvProblem = { readonly group: string; readonly name: string; readonly problem: string }
export type EnvValues<R extends EnvRules> = { readonly [Name in keyof R]: string }
export type EnvAnswer<R extends EnvRules> =
  | { readonly ok: true; readonly values: EnvValues<R> }
  | { readonly ok: false; readonly problems: readonly EnvProblem[] }

/** Reads all variables and answers every problem at once. What is optional and not given is an empty string. */
export function readEnv<R extends EnvRules>(rules: R, env: Readonly<Record<string, string | undefined>>): EnvAnswer<R> {
  const problems: EnvProblem[] = []
  const values: Record<string, string> = {}
  for (const [name, rule] of Object.entries(rules)) {
    const value = env[name]?.trim() || rule.default || ''
    values[name] = value
    const problem = value === '' ? (rule.required ? 'is missing' : undefined) : rule.check?.(value)
    if (problem !== undefined) problems.push({ group: rule.group, name, problem })
  }
  // The loop above has filled every name of `rules`, which the type system cannot see.
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values: values as EnvValues<R> }
}

export function describeProblems(problems: readonly EnvProblem[]): string {
  const lines = problems.map(({ group, name, problem }) => `  ${group}: ${name} ${problem}`)
  return [`The environment has ${problems.length} problem${problems.length === 1 ? '' : 's'}:`, ...lines].join('\n')
}

export const aPort = (value: string) =>
  /^\d{1,5}$/.test(value) && Number(value) <= 65535 ? undefined : 'must be a port number from 0 to 65535'

export const atLeast = (length: number) => (value: string) =>
  value.length >= length ? undefined : `must have at least ${length} characters`

export const oneOf =
  (...choices: readonly string[]) =>
  (value: string) =>
    choices.includes(value) ? undefined : `must be one of: ${choices.join(', ')}`

export const matching = (pattern: RegExp, words: string) => (value: string) =>
  pattern.test(value) ? undefined : `must be ${words}`

export function aWebAddress(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https address'
  return url.username || url.password ? 'must not contain a name or password' : undefined
}

/** An address without a path: what a browser sends as `Origin`. */
export function anOrigin(value: string): string | undefined {
  return (
    aWebAddress(value) ??
    (new URL(value).origin === value ? undefined : 'must be an origin without a path or final slash')
  )
}

/** What every service reads. */
export const commonRules = {
  HOST: { group: 'app', default: '127.0.0.1' },
  LOG_LEVEL: { group: 'app', default: 'info', check: oneOf('debug', 'info', 'warn', 'error') },
  RELEASE: { group: 'app' },
} as const satisfies EnvRules
