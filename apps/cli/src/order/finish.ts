import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { ticketArgument } from './order.ts'

export type FinishOptions = { readonly ticket: string; readonly taskId: string; readonly reason: string }

export const finishCommand = (deps: Deps) =>
  withExamples(
    new Command('finish')
      .argument(...ticketArgument)
      .argument('<task>', 'the task, as listed by `nexusctl order tasks`')
      .requiredOption('--reason <text>', 'what was done; kept in the trail')
      .description('Close an open task of an order')
      .action((ticket: string, taskId: string, { reason }: { reason: string }) =>
        finish(deps, { ticket, taskId, reason }),
      ),
    "nexusctl order finish NX-1042 tsk_01hx --reason 'refund agreed with the customer'",
  )

export async function finish({ api, io }: Deps, { ticket, taskId, reason }: FinishOptions): Promise<void> {
  const order = await api.call('finishOrderTask', { params: { number: ticket, taskId }, body: { reason } })
  io.answer(order, () => `Task ${taskId} of ${order.ticket} is closed.`)
}
