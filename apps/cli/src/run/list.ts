import { Command, Option } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { runsText } from './run.ts'

export type ListOptions = { readonly subject?: string; readonly state?: string; readonly limit: number }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List runs, newest first')
      .option('--subject <id>', 'only the runs of this order, host or instance (its id)')
      .addOption(
        new Option('--state <state>', 'only runs in this state').choices([
          'running',
          'done',
          'blocked',
          'cancelled',
          'failed',
        ]),
      )
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl run list --state running',
    'nexusctl run list --state failed -o json',
  )

export async function list(deps: Deps, { subject, state, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listRuns', { subject, state, limit })
  deps.io.answer(found.items, (runs) => (runs.length === 0 ? 'No runs.' : runsText(runs, deps.now())))
  sayMore(deps, found)
}
