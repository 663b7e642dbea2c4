import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts } from '../show.ts'

export const rotateKeyCommand = (deps: Deps) =>
  withExamples(
    new Command('rotate-key')
      .requiredOption('--reason <text>', 'why; it is kept in the log')
      .description('Sign with a new key from now on; the next checkpoint is signed by the old one too')
      .action((options: { reason: string }) => rotateKey(deps, options)),
    'nexusctl trail rotate-key --reason "the yearly change"',
  )

export async function rotateKey({ api, io }: Deps, { reason }: { reason: string }): Promise<void> {
  const made = await api.call('rotateTrailKey', { body: { reason } })
  io.answer(made, ({ verifierKey, fingerprint }) =>
    facts([
      ['key', verifierKey],
      ['fingerprint', fingerprint],
    ]),
  )
}
