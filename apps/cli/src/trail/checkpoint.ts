import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const checkpointCommand = (deps: Deps) =>
  withExamples(
    new Command('checkpoint')
      .description('Sign the log as it is now, bring it outside the database, and print the signed note')
      .action(() => checkpoint(deps)),
    'nexusctl trail checkpoint > checkpoint.txt',
  )

/** The note as it is: what an auditor keeps is a file of exactly these bytes. */
export async function checkpoint({ api, io }: Deps): Promise<void> {
  const made = await api.call('checkpointTrail')
  io.answer(made, ({ note }) => note.trimEnd())
}
