import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { ticketArgument } from './order.ts'

export type NoteOptions = { readonly ticket: string; readonly text: string }

export const noteCommand = (deps: Deps) =>
  withExamples(
    new Command('note')
      .argument(...ticketArgument)
      .argument('<text>', 'what there is to say')
      .description('Write a note on an order')
      .action((ticket: string, text: string) => note(deps, { ticket, text })),
    "nexusctl order note NX-1042 'called the technical contact, DNS tomorrow'",
  )

export async function note({ api, io }: Deps, { ticket, text }: NoteOptions): Promise<void> {
  const order = await api.call('noteOrder', { params: { number: ticket }, body: { text } })
  io.answer(order, () => `The note stands on ${order.ticket}.`)
}
