import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

export const resumeCommand = (deps: Deps) =>
  withExamples(
    new Command('resume')
      .description('After a restore: let runs go on, and shut the Nexus of before out of every host')
      .requiredOption('--reason <text>', 'why; it goes into the trail')
      .option('--yes', 'do not ask', false)
      .action((options: { reason: string; yes: boolean }) => delegate(deps, ['resume', ...passedOn(options)])),
    "nexusctl admin resume --reason 'the old machine burnt down; list compared with the provider'",
  )
