import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate } from './delegate.ts'

export const statusCommand = (deps: Deps) =>
  withExamples(
    new Command('status').description('Show what is up, and where').action(() => delegate(deps, ['status'])),
    'nexusctl lab status',
    'nexusctl lab status -o json',
  )
