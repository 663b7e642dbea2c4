import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { peopleText } from './person.ts'

export const personListCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List the people of Nexus with their roles')
      .option(...limitOption)
      .action((options: { limit: number }) => listPeople(deps, options)),
    'nexusctl access person list',
    'nexusctl access people',
  )

export async function listPeople(deps: Deps, { limit }: { readonly limit: number }): Promise<void> {
  const found = await listOf(deps.api, 'listPeople', { limit })
  deps.io.answer(found.items, peopleText)
  sayMore(deps, found)
}
