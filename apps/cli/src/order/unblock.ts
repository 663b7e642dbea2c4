import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { changedText, ticketArgument } from './order.ts'

export type UnblockOptions = { readonly ticket: string; readonly reason: string }

export const unblockCommand = (deps: Deps) =>
  withExamples(
    new Command('unblock')
      .argument(...ticketArgument)
      .description('Free a Blocked order to go on where it stands')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .action((ticket: string, { reason }: { reason: string }) => unblock(deps, { ticket, reason })),
    "nexusctl order unblock NX-1042 --reason 'approved by the on-call lead'",
  )

export async function unblock({ api, io, now }: Deps, { ticket, reason }: UnblockOptions): Promise<void> {
  const order = await api.call('unblockOrder', { params: { number: ticket }, body: { reason } })
  io.answer(order, () => changedText(order, now()))
}
