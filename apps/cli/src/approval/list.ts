import { Command, Option } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'

export type ListOptions = { readonly state?: string; readonly limit: number }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .addOption(new Option('--state <state>', 'only those').choices(['open', 'approved', 'refused', 'lapsed', 'used']))
      .option(...limitOption)
      .description('List what was asked for and what was said, the newest first')
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl approval list --state open',
  )

export async function list(deps: Deps, { state, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listApprovals', { state, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No approvals.'
      : table(
          ['approval', 'state', 'what', 'asked by', 'until', 'decided by'],
          items.map((each) => [
            each.id,
            each.state,
            each.what,
            each.askedByName,
            moment(each.expiresAt) ?? '',
            each.decidedByName ?? '',
          ]),
        ),
  )
  sayMore(deps, found)
}
