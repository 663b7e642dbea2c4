import { Command, Option } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'

export type ListOptions = { readonly state?: string; readonly recipient?: string; readonly limit: number }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List notices: what was sent to whom, and whether it arrived')
      .addOption(new Option('--state <state>', 'only those in this state; unknown: it may have arrived'))
      .option('--recipient <address>', 'only those to this address')
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl notice list --state unknown',
  )

export async function list(deps: Deps, { state, recipient, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listNotices', { state, recipient, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No notices.'
      : table(
          ['notice', 'kind', 'state', 'to', 'subject', 'tries', 'at'],
          items.map((each) => [
            each.id,
            each.kind,
            each.state,
            each.recipient,
            each.subject,
            String(each.attempts),
            moment(each.createdAt) ?? '',
          ]),
        ),
  )
  sayMore(deps, found)
}
