import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

export type AddOptions = { readonly name: string; readonly memory?: string }

export const addCommand = (deps: Deps) =>
  withExamples(
    new Command('add')
      .argument('<name>', 'what the host is called')
      .option('--memory <size>', 'its limit, like 2G or 512M')
      .description('Add one more host')
      .action((name: string, options: Omit<AddOptions, 'name'>) => add(deps, { name, ...options })),
    'nexusctl lab add metal-1 --memory 2G',
  )

export const add = (deps: Deps, { name, memory }: AddOptions): Promise<void> =>
  delegate(deps, ['add', name, ...passedOn('--memory', memory)])
