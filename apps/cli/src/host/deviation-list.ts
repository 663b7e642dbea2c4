import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'
import { hostIdOf } from './host.ts'

export type DeviationListOptions = { readonly host?: string; readonly limit: number }

export const deviationListCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .option('--host <host>', 'of this host only')
      .option(...limitOption)
      .description('List what was accepted to differ from the baseline, the newest first')
      .action((options: DeviationListOptions) => deviationList(deps, options)),
    'nexusctl host deviation list --host nexus-acme-prod',
  )

export async function deviationList(deps: Deps, { host, limit }: DeviationListOptions): Promise<void> {
  const hostId = host === undefined ? undefined : await hostIdOf(deps.api, host)
  const found = await listOf(deps.api, 'listDeviations', { host: hostId, limit })
  const stateOf = (each: (typeof found.items)[number]) =>
    each.endedAt !== undefined ? 'ended' : new Date(each.until) <= deps.now() ? 'over' : 'holds'
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'Nothing is accepted to differ.'
      : table(
          ['deviation', 'state', 'host', 'item', 'until', 'by', 'approval', 'reason'],
          items.map((each) => [
            each.id,
            stateOf(each),
            each.hostId,
            each.item,
            moment(each.until) ?? '',
            each.acceptedByName,
            each.approvalId ?? '',
            each.reason,
          ]),
        ),
  )
  sayMore(deps, found)
}
