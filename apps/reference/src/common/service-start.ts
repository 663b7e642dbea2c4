import { readFileSync } from 'node:fs'
import { describeProblems, type EnvRules, type EnvValues, readEnv } from './env-rules.ts'

/** EX_CONFIG of sysexits.h: a service manager should not try again before someone has changed something. */
const exitForConfiguration = 78

/** A variable may come as a file, named by `NAME_FILE`, as container platforms give secrets. */
export const withFiles = (
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> =>
  Object.fromEntries(
    names.map((name) => {
      const file = env[`${name}_FILE`]
      return [name, env[name] ?? (file === undefined ? undefined : readFileSync(file, 'utf8'))]
    }),
  )

/**
 * The environment, or the end: all problems go to stderr at once and the process exits 78. With `--check-env` it ends
 * here in either case, so that an environment can be judged before anything is started with it.
 */
export function environmentOrExit<R extends EnvRules>(rules: R): EnvValues<R> {
  const answer = readEnv(rules, withFiles(Object.keys(rules), process.env))
  if (!answer.ok) {
    process.stderr.write(`${describeProblems(answer.problems)}\n`)
    process.exit(exitForConfiguration)
  }
  if (process.argv.includes('--check-env')) {
    process.stdout.write('The environment is complete.\n')
    process.exit(0)
  }
  return answer.values
}
