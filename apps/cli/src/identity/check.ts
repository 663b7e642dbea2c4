import { Command } from 'commander'
import { checkLine, exitOf } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const checkCommand = (deps: Deps) =>
  withExamples(
    new Command('check')
      .description('Prove the identity provider that is set up: 0 PASS, 1 WARN, 2 FAIL')
      .action(() => check(deps)),
    'nexusctl identity check; echo $?',
  )

export async function check({ api, io, verdict }: Deps): Promise<void> {
  const found = await api.call('checkIdentity', { timeoutSeconds: 120 })
  verdict(exitOf[found.verdict])
  io.answer(found, () => [...found.checks.map(checkLine), `READINESS: ${found.verdict.toUpperCase()}`].join('\n'))
}
