import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'

export type HistoryOptions = { readonly subject: string; readonly name?: string; readonly limit: number }

export const historyCommand = (deps: Deps) =>
  withExamples(
    new Command('history')
      .argument('<subject>', 'the id of what was looked at')
      .option('--name <check>', 'only this check')
      .option(...limitOption)
      .description('Show every result of the checks of a subject, newest first')
      .action((subject: string, options: Omit<HistoryOptions, 'subject'>) => history(deps, { subject, ...options })),
    'nexusctl check history ins_01hx --name uptime.frontend',
  )

export async function history(deps: Deps, { subject, name, limit }: HistoryOptions): Promise<void> {
  const found = await listOf(deps.api, 'listCheckHistory', { subject, name, limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'Nothing was checked yet.'
      : table(
          ['at', 'check', 'status', 'what came back'],
          items.map((each) => [moment(each.at) ?? '', each.name, each.status, each.summary]),
        ),
  )
  sayMore(deps, found)
}
