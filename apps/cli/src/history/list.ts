import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, sayMore } from '../show.ts'

export type ListOptions = {
  readonly subject?: string
  readonly actor?: string
  readonly action?: string
  readonly limit: number
}

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('Show who changed what and when, newest first')
      .option('--subject <id>', 'only changes of this')
      .option('--actor <id>', 'only by, or on behalf of, this person or flow')
      .option('--action <name>', 'one action, or all of a noun, e.g. order')
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl history list --action order --limit 20',
    'nexusctl history list --subject ord_01hx -o json',
  )

export async function list(deps: Deps, { subject, actor, action, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listHistory', { subject, actor, action, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No entries.'
      : table(
          ['at', 'who', 'action', 'subject', 'why'],
          items.map((each) => [
            each.at.slice(0, 19).replace('T', ' '),
            each.onBehalfOf ? `${each.actor} for ${each.onBehalfOf}` : each.actor,
            each.action,
            each.subject,
            each.reason ?? '',
          ]),
        ),
  )
  sayMore(deps, found)
}
