import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const acceptRestoreCommand = (deps: Deps) =>
  withExamples(
    new Command('accept-restore')
      .requiredOption('--reason <text>', 'which backup was restored, and why; it is kept in the log')
      .description('Say that the database was restored, so that the log goes on with an entry of what is missing')
      .action((options: { reason: string }) => acceptRestore(deps, options)),
    'nexusctl trail accept-restore --reason "disk lost, backup of Tuesday restored"',
  )

export async function acceptRestore({ api, io }: Deps, { reason }: { reason: string }): Promise<void> {
  const done = await api.call('acceptTrailRestore', {
    body: { reason },
  })
  io.answer(done, ({ restored, from, to }) =>
    restored
      ? `The log goes on from ${to} entries; ${from} had left this database.`
      : 'Nothing is missing: the log holds every checkpoint that has left it.',
  )
}
