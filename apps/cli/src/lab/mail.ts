import { Command } from 'commander'
import { noun, withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate } from './delegate.ts'

export const mailCommand = (deps: Deps) =>
  noun('mail', 'The mail that the lab caught', [
    withExamples(
      new Command('list').description('List the mail that was caught').action(() => delegate(deps, ['mail', 'list'])),
      'nexusctl lab mail list',
    ),
    withExamples(
      new Command('show')
        .argument('<id>', 'as listed by `nexusctl lab mail list`')
        .description('Show one mail')
        .action((id: string) => delegate(deps, ['mail', 'show', id])),
      'nexusctl lab mail show 1',
    ),
  ])
