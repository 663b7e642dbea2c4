import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { changedText, ticketArgument } from './order.ts'

export type SubmitOptions = { readonly ticket: string }

export const submitCommand = (deps: Deps) =>
  withExamples(
    new Command('submit')
      .argument(...ticketArgument)
      .description('Hand a complete and paid draft over to Provisioning')
      .action((ticket: string) => submit(deps, { ticket })),
    'nexusctl order submit NX-1042',
  )

export async function submit({ api, io, now }: Deps, { ticket }: SubmitOptions): Promise<void> {
  const order = await api.call('submitOrder', { params: { number: ticket } })
  io.answer(order, () => changedText(order, now()))
}
