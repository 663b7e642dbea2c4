import { Command, Option } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

export type UpOptions = { readonly hosts?: string; readonly base?: string }

export const upCommand = (deps: Deps) =>
  withExamples(
    new Command('up')
      .option('--hosts <n>', 'so many hosts at once')
      .addOption(new Option('--base <release>', 'the Debian release of the hosts').choices(['bookworm', 'trixie']))
      .description('Bring the lab up; safe to repeat')
      .action((options: UpOptions) => up(deps, options)),
    'nexusctl lab up --hosts 2',
  )

export const up = (deps: Deps, { hosts, base }: UpOptions): Promise<void> =>
  delegate(deps, ['up', ...passedOn('--hosts', hosts), ...passedOn('--base', base)])
