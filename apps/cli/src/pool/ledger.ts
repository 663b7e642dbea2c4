import type { ItemOf } from '@nexus/client'
import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'

export type LedgerOptions = { readonly open?: boolean; readonly limit: number }
export type LedgerLine = ItemOf<'listHostEffects'>

export const ledgerCommand = (deps: Deps) =>
  withExamples(
    new Command('ledger')
      .description('List what was bought, rebuilt and destroyed at providers: when, for what and at what price')
      .option('--open', 'only what was asked for and has no receipt yet')
      .option(...limitOption)
      .action((options: LedgerOptions) => ledger(deps, options)),
    'nexusctl pool ledger',
    'nexusctl pool ledger --open',
  )

export async function ledger(deps: Deps, { open = false, limit }: LedgerOptions): Promise<void> {
  const found = await listOf(deps.api, 'listHostEffects', { open: open ? 'true' : undefined, limit })
  deps.io.answer(found.items, (items) => (items.length === 0 ? 'Nothing was bought.' : ledgerText(items)))
  sayMore(deps, found)
}

const ledgerText = (items: readonly LedgerLine[]): string =>
  table(
    ['when', 'what', 'for', 'host', 'at', 'price a month', 'receipt'],
    items.map((each) => [
      moment(each.intendedAt) ?? '',
      each.kind,
      each.label,
      each.hostName ?? each.hostId,
      [each.provider, each.region, each.plan].filter(Boolean).join(' '),
      each.pricePerMonth === undefined ? '' : `${each.pricePerMonth} ${each.currency ?? ''}`.trim(),
      `${each.state === 'open' ? 'OPEN' : (each.server ?? 'done')}${each.approvalId === undefined ? '' : `, ${each.approvalId}`}`,
    ]),
  )
