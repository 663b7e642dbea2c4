import { Command } from 'commander'
import { exitOf } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { checksText } from '../instance/checks.ts'
import { section } from '../show.ts'

export type ListOptions = { readonly subject: string; readonly evidence?: boolean }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .argument('<subject>', 'the id of what was looked at: an order, a host, an instance')
      .option('--evidence', 'also what was asked, from where, and what came back')
      .description('Show the newest result of each check of a subject: 0 PASS, 1 WARN, 2 FAIL')
      .action((subject: string, options: Omit<ListOptions, 'subject'>) => list(deps, { subject, ...options })),
    'nexusctl check list ins_01hx',
    'nexusctl check list ord_01hx --evidence',
  )

export async function list({ api, io, verdict }: Deps, { subject, evidence = false }: ListOptions): Promise<void> {
  const found = await api.call('listChecks', { query: { subject } })
  verdict(exitOf[found.verdict])
  io.answer(found, () =>
    [
      checksText(found.items, evidence),
      ...section(
        'Vouched for',
        found.items.flatMap((each) =>
          each.attestations.map((one) => `${each.name} by ${one.actorName}: ${one.reason}`),
        ),
      ),
      ...found.checklists.flatMap((each) =>
        section(
          `Checklist ${each.checklist}: ${each.verdict.toUpperCase()}`,
          each.items.map((item) => `${item.status.padEnd(14)} ${item.title}`),
        ),
      ),
    ].join('\n'),
  )
}
