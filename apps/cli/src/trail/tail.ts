import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, sayMore } from '../show.ts'

export type TailOptions = {
  readonly subject?: string
  readonly actor?: string
  readonly action?: string
  readonly limit: number
}

export const tailCommand = (deps: Deps) =>
  withExamples(
    new Command('tail')
      .description('Show what was done last: who, what, when and why')
      .option('--subject <id>', 'only changes of this')
      .option('--actor <id>', 'only by, or on behalf of, this person or flow')
      .option('--action <name>', 'one action, or all of a noun, e.g. order')
      .option(...limitOption)
      .action((options: TailOptions) => tail(deps, options)),
    'nexusctl trail tail --action order --limit 20',
    'nexusctl trail tail --subject ord_01hx -o json',
  )

export async function tail(deps: Deps, { subject, actor, action, limit }: TailOptions): Promise<void> {
  const found = await listOf(deps.api, 'listTrail', { subject, actor, action, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No entries.'
      : table(
          ['place', 'at', 'who', 'action', 'subject', 'why', 'id'],
          items
            .toReversed()
            .map((each) => [
              each.index === undefined ? '-' : String(each.index),
              each.at.slice(0, 19).replace('T', ' '),
              each.onBehalfOf ? `${each.actor} for ${each.onBehalfOf}` : each.actor,
              each.action,
              each.subject,
              each.reason ?? '',
              each.id,
            ]),
        ),
  )
  sayMore(deps, found)
}
