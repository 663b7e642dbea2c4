import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'

export type ListOptions = { readonly tenant?: string; readonly limit: number }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List secrets by their references; never a value')
      .option('--tenant <tenant>', 'only those of this tenant')
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl secret list --tenant acme',
  )

export async function list(deps: Deps, { tenant, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listSecrets', { tenant, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No secrets.'
      : table(
          ['tenant', 'name', 'version', 'reference', 'since', 'by'],
          items.map((each) => [
            each.tenant,
            each.name,
            String(each.version),
            each.ref,
            moment(each.createdAt) ?? '',
            each.createdBy,
          ]),
        ),
  )
  sayMore(deps, found)
}
