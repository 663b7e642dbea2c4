import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate } from './delegate.ts'

export const downCommand = (deps: Deps) =>
  withExamples(
    new Command('down')
      .option('--all', 'also destroy its hosts and their disks')
      .description('Take the lab down and leave the machine as it was found')
      .action((options: { all?: boolean }) => down(deps, options)),
    'nexusctl lab down',
    'nexusctl lab down --all',
  )

export const down = (deps: Deps, { all = false }: { readonly all?: boolean }): Promise<void> =>
  delegate(deps, ['down', ...(all ? ['--all'] : [])])
