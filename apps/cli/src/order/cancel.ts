import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { changedText, ticketArgument } from './order.ts'

export type CancelOptions = { readonly ticket: string; readonly reason: string }

export const cancelCommand = (deps: Deps) =>
  withExamples(
    new Command('cancel')
      .argument(...ticketArgument)
      .description('Cancel an order and give everything back that was made for it')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .action((ticket: string, { reason }: { reason: string }) => cancel(deps, { ticket, reason })),
    "nexusctl order cancel NX-1042 --reason 'customer withdrew'",
  )

export async function cancel({ api, io, now }: Deps, { ticket, reason }: CancelOptions): Promise<void> {
  const order = await api.call('cancelOrder', { params: { number: ticket }, body: { reason } })
  io.answer(order, () => `${changedText(order, now())}\nSee it being undone: nexusctl order watch ${order.ticket}`)
}
