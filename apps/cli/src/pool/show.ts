import type { ItemOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'

export type PoolLine = ItemOf<'getPool'>

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .description('Show how many spare hosts there are, and how many there should be')
      .action(() => show(deps)),
    'nexusctl pool show',
  )

export async function show({ api, io }: Deps): Promise<void> {
  const { items } = await api.call('getPool')
  io.answer(items, () =>
    items.length === 0
      ? 'No spare hosts are asked for.\nAsk for some: nexusctl pool set <region> <plan> <n>'
      : [
          table(
            ['region', 'plan', 'target', 'ready', 'coming'],
            items.map((each) => [each.region, each.plan, String(each.target), String(each.ready), String(each.coming)]),
          ),
          ...items.flatMap(({ region, plan, held }) => (held === undefined ? [] : [`${region} ${plan}: ${held}`])),
        ].join('\n'),
  )
}
