import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { exitOf } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { fail } from '../failure.ts'
import { hostArgument, hostIdOf } from './host.ts'

/** A list of checks with its verdict, as the server judged it. */
export type Judged = AnswerOf<'preflightHost'>

export const preflightCommand = (deps: Deps) =>
  withExamples(
    new Command('preflight')
      .argument(...hostArgument)
      .description('Check a host before anything is placed on it: 0 PASS, 1 WARN, 2 FAIL')
      .action((host: string) => preflight(deps, { host })),
    'nexusctl host preflight nexus-acme-prod; echo $?',
    'nexusctl host preflight nexus-acme-prod -o json',
  )

/** The readiness gate (S0-81, S0-82). */
export async function preflight(deps: Deps, { host }: { readonly host: string }): Promise<void> {
  const hostId = await hostIdOf(deps.api, host)
  const found = await deps.api.call('preflightHost', { params: { hostId }, timeoutSeconds: 300 })
  sayJudged(deps, host, found)
}

/** An answer that contradicts itself is no answer. */
export function sayJudged({ io, verdict }: Pick<Deps, 'io' | 'verdict'>, host: string, found: Judged): void {
  const last = `READINESS: ${found.readiness.toUpperCase()}`
  if (exitOf[found.readiness] !== found.exit || found.lines.at(-1) !== last) {
    throw fail('cli.contradiction', 'bug', `What was found of ${host} contradicts itself; it counts as not passed.`)
  }
  verdict(found.exit)
  io.answer(found.checks, () => found.lines.join('\n'))
}
