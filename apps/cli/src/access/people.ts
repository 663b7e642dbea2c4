import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { type Person, peopleText } from './person.ts'

export const peopleCommand = (deps: Deps) =>
  withExamples(
    new Command('people')
      .description('List the people of Nexus with their roles')
      .option(...limitOption)
      .action((options: { limit: number }) => people(deps, options)),
    'nexusctl access people',
  )

export async function people(deps: Deps, { limit }: { readonly limit: number }): Promise<void> {
  const found = await listOf<Person>(deps.api, 'listPeople', { limit })
  deps.io.answer(found.items, peopleText)
  sayMore(deps, found)
}
