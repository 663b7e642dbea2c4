import type { ItemOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { since } from '../show.ts'

export type PoolLine = ItemOf<'getPool'>

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .description('Show how many spare hosts there are, and how many there should be')
      .action(() => show(deps)),
    'nexusctl pool show',
  )

export async function show({ api, io, now }: Deps): Promise<void> {
  const { items } = await api.call('getPool')
  io.answer(items, () =>
    items.length === 0
      ? 'No spare hosts are asked for.\nAsk for some: nexusctl pool set <region> <plan> <n>'
      : [
          table(
            ['region', 'plan', 'target', 'ready', 'coming', 'cost a month', 'oldest', 'checked'],
            items.map((each) => [
              each.region,
              each.plan,
              String(each.target),
              String(each.ready),
              String(each.coming),
              [each.cost, each.priceUnknown > 0 ? `${each.priceUnknown} of unknown price` : '']
                .filter(Boolean)
                .join(', '),
              since(each.oldestSince, now()),
              since(each.checkedAt, now()),
            ]),
          ),
          ...items.flatMap(({ region, plan, held }) => (held === undefined ? [] : [`${region} ${plan}: ${held}`])),
        ].join('\n'),
  )
}
