import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { personIdOf } from './person.ts'
import { tokensText } from './token.ts'

export type ListOptions = { readonly for?: string; readonly everyone?: boolean; readonly limit: number }

export const tokenListCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .option('--for <person>', 'those of another person, by id or e-mail address')
      .option('--everyone', 'those of all people')
      .option(...limitOption)
      .description('List API tokens, without their text')
      .action((options: ListOptions) => listTokens(deps, options)),
    'nexusctl access token list --everyone',
  )

export async function listTokens(deps: Deps, { for: person, everyone, limit }: ListOptions): Promise<void> {
  const personId = person === undefined ? undefined : await personIdOf(deps.api, person)
  const found = await listOf(deps.api, 'listTokens', { personId, everyone, limit })
  deps.io.answer(found.items, (items) => (items.length === 0 ? 'No tokens.' : tokensText(items)))
  sayMore(deps, found)
}
