import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate } from './delegate.ts'

export const trustCommand = (deps: Deps) =>
  withExamples(
    new Command('trust')
      .description("Let your own browser trust the lab's roots; only when you ask")
      .action(() => delegate(deps, ['trust'])),
    'nexusctl lab trust',
  )

export const untrustCommand = (deps: Deps) =>
  withExamples(
    new Command('untrust')
      .description("Take the lab's roots out of your browser again")
      .action(() => delegate(deps, ['untrust'])),
    'nexusctl lab untrust',
  )
