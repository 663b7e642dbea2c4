import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'
import { personIdOf } from './person.ts'

export type ListOptions = { readonly for?: string; readonly everyone?: boolean; readonly limit: number }

export const sessionListCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .option('--for <person>', 'those of another person, by id or e-mail address')
      .option('--everyone', 'those of all people')
      .option(...limitOption)
      .description('List open sessions in browsers')
      .action((options: ListOptions) => listSessions(deps, options)),
    'nexusctl access session list --everyone',
  )

export async function listSessions(deps: Deps, { for: person, everyone, limit }: ListOptions): Promise<void> {
  const personId = person === undefined ? undefined : await personIdOf(deps.api, person)
  const found = await listOf(deps.api, 'listSessions', { personId, everyone, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No sessions.'
      : table(
          ['session', 'person', 'from', 'since', 'last used', 'until'],
          items.map((each) => [
            each.id,
            each.personId,
            each.address,
            moment(each.createdAt) ?? '',
            moment(each.lastUsedAt) ?? '',
            moment(each.expiresAt) ?? '',
          ]),
        ),
  )
  sayMore(deps, found)
}
