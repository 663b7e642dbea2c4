import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate } from './delegate.ts'

export const heldCommand = (deps: Deps) =>
  withExamples(
    new Command('held')
      .description('After a restore: show what providers, hosts and mail did after the backup')
      .action(() => delegate(deps, ['held'])),
    'nexusctl admin held; echo $?   # 0: nothing happened since, 1: something did, or nobody can say',
  )
