import { Command } from 'commander'
import { type Check, exitOf, type Verdict } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { checksText } from '../instance/checks.ts'
import { section } from '../show.ts'

type Found = {
  readonly verdict: Verdict
  readonly items: readonly (Check & {
    readonly attestations: readonly { readonly actorName: string; readonly reason: string }[]
  })[]
  readonly checklists: readonly {
    readonly checklist: string
    readonly verdict: Verdict
    readonly items: readonly { readonly title: string; readonly status: string }[]
  }[]
}

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
  const found = await api.call<Found>('listChecks', { query: { subject } })
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
