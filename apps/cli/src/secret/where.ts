import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'

export type WhereOptions = { readonly tenant: string; readonly name: string }

export const whereCommand = (deps: Deps) =>
  withExamples(
    new Command('where')
      .argument('<tenant>', 'whose secret it is')
      .argument('<name>', 'what it is called')
      .description('Show where each version of a secret is used')
      .action((tenant: string, name: string) => where(deps, { tenant, name })),
    'nexusctl secret where acme OPENCLAW_API_KEY',
  )

export async function where({ api, io }: Deps, { tenant, name }: WhereOptions): Promise<void> {
  const { items } = await api.call('whereSecret', { params: { tenant, name } })
  const rows = items.flatMap(({ ref, uses }) =>
    uses.length === 0 ? [[ref, '', 'nowhere']] : uses.map((use) => [ref, use.subject, use.place]),
  )
  io.answer(items, () =>
    rows.length === 0 ? 'There is no such secret.' : table(['reference', 'subject', 'place'], rows),
  )
}
