import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

type Options = { readonly dryRun?: boolean; readonly back?: boolean; readonly wait?: string }

export const installCommand = (deps: Deps) =>
  withExamples(
    new Command('install')
      .description(
        'Make this release the nexusd of this machine: user, folders, systemd unit; or upgrade the one there is',
      )
      .option('--dry-run', 'say what would be done, and do nothing')
      .option('--back', 'go back to the release that ran before')
      .option('--wait <seconds>', 'how long the new release may take to be ready; else 120')
      .action((options: Options) => delegate(deps, ['install', ...passedOn(options)])),
    'nexusctl admin install --dry-run',
    'nexusctl admin install',
    'nexusctl admin install --back',
  )
