import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts } from '../show.ts'

export const reportCommand = (deps: Deps) =>
  withExamples(
    new Command('report')
      .description('Count orders by state, and how many were Live in time')
      .action(() => report(deps)),
    'nexusctl order report',
    'nexusctl order report -o json',
  )

export async function report({ api, io }: Deps): Promise<void> {
  const found = await api.call('reportOrders')
  io.answer(found, () =>
    facts([
      ...Object.entries(found.byState),
      ['Delivered', found.delivered],
      [
        'In time',
        found.hitRate === undefined ? found.withinDue : `${found.withinDue} (${(found.hitRate * 100).toFixed(1)} %)`,
      ],
      ['Open at risk', found.openAtRisk],
      ['Open breached', found.openBreached],
    ]),
  )
}
