import { Command } from 'commander'
import { checkLine } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export type AttestOptions = { readonly subject: string; readonly name: string; readonly reason: string }

export const attestCommand = (deps: Deps) =>
  withExamples(
    new Command('attest')
      .argument('<subject>', 'the id of what was looked at')
      .argument('<check>', 'the name of the check, as in `nexusctl check list -o json`')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .description('Vouch for the newest result of a check; the result itself stays')
      .action((subject: string, name: string, { reason }: { reason: string }) =>
        attest(deps, { subject, name, reason }),
      ),
    "nexusctl check attest ins_01hx smoke.frontend --reason 'seen by hand, the proxy was down'",
  )

export async function attest({ api, io }: Deps, body: AttestOptions): Promise<void> {
  const found = await api.call('attestCheck', { body })
  io.answer(found, () => `${checkLine(found)}\nYour word stands beside it.`)
}
