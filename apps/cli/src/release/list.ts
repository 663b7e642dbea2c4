import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { releasesText } from './release.ts'

export type ListOptions = { readonly stack?: string; readonly limit: number }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List releases, newest first')
      .option('--stack <stack>', 'only those of this stack')
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl release list --stack reference',
  )

export async function list(deps: Deps, { stack, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listReleases', { stack, limit })
  deps.io.answer(found.items, (items) => (items.length === 0 ? 'No releases.' : releasesText(items)))
  sayMore(deps, found)
}
