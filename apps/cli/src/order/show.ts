import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { orderText, ticketArgument } from './order.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument(...ticketArgument)
      .description('Show an order: its clock, owner, run, tasks, notes, and what blocks it')
      .action((ticket: string) => show(deps, { ticket })),
    'nexusctl order show NX-1042',
    'nexusctl order show NX-1042 -o yaml',
  )

export async function show({ api, io, now }: Deps, { ticket }: { readonly ticket: string }): Promise<void> {
  const order = await api.call('getOrder', { params: { number: ticket } })
  io.answer(order, () => orderText(order, now()))
}
