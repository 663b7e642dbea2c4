import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { ticketArgument } from './order.ts'

export type AssignOptions = { readonly ticket: string; readonly ownerId: string }

export const assignCommand = (deps: Deps) =>
  withExamples(
    new Command('assign')
      .argument(...ticketArgument)
      .argument('<person>', 'the id of a person, as in `nexusctl access people`')
      .description('Give an order to another owner')
      .action((ticket: string, ownerId: string) => assign(deps, { ticket, ownerId })),
    'nexusctl order assign NX-1042 per_01hx',
  )

export async function assign({ api, io }: Deps, { ticket, ownerId }: AssignOptions): Promise<void> {
  const order = await api.call('assignOrder', { params: { number: ticket }, body: { ownerId } })
  io.answer(order, () => `${order.ticket} belongs to ${order.owner?.name ?? 'nobody'} now.`)
}
