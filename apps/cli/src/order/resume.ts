import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { changedText, ticketArgument } from './order.ts'

export type ResumeOptions = { readonly ticket: string; readonly reason: string }

export const resumeCommand = (deps: Deps) =>
  withExamples(
    new Command('resume')
      .argument(...ticketArgument)
      .description('End the pause of an order: its clock runs again')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .action((ticket: string, { reason }: { reason: string }) => resume(deps, { ticket, reason })),
    "nexusctl order resume NX-1042 --reason 'records are there'",
  )

export async function resume({ api, io, now }: Deps, { ticket, reason }: ResumeOptions): Promise<void> {
  const order = await api.call('resumeOrder', { params: { number: ticket }, body: { reason } })
  io.answer(order, () => changedText(order, now()))
}
