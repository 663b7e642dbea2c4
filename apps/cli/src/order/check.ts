import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { problemLines, ticketArgument } from './order.ts'

type Checklist = AnswerOf<'checkOrder'>

export const checkCommand = (deps: Deps) =>
  withExamples(
    new Command('check')
      .argument(...ticketArgument)
      .description('Go through the Phase 1 checklist of an order: 0 when it is complete, 1 when something is missing')
      .action((ticket: string) => check(deps, { ticket })),
    'nexusctl order check NX-1042',
  )

export async function check({ api, io, verdict }: Deps, { ticket }: { readonly ticket: string }): Promise<void> {
  const found = await api.call('checkOrder', { params: { number: ticket } })
  verdict(found.complete ? 0 : 1)
  io.answer(found, () => checklistText(found))
}

export const checklistText = ({ ticket, complete, problems }: Checklist): string =>
  complete
    ? `${ticket} is complete.\nHand it over: nexusctl order submit ${ticket}`
    : [
        `${ticket} is not complete:`,
        ...problemLines(problems).map((line) => `  ${line}`),
        `Fill it in: nexusctl order amend ${ticket} -f fields.yaml`,
      ].join('\n')
