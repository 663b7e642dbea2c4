import { Command, Option } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { changedText, ticketArgument } from './order.ts'

export type PauseOptions = { readonly ticket: string; readonly cause: string; readonly for: string }

export const pauseCommand = (deps: Deps) =>
  withExamples(
    new Command('pause')
      .argument(...ticketArgument)
      .description('Stop the clock of an order while it waits for someone else')
      .requiredOption('--cause <text>', 'why; kept in the trail')
      .addOption(
        new Option('--for <whom>', 'whom it waits for; only the customer moves the due time')
          .choices(['customer', 'provider', 'us'])
          .default('customer'),
      )
      .action((ticket: string, options: Omit<PauseOptions, 'ticket'>) => pause(deps, { ticket, ...options })),
    "nexusctl order pause NX-1042 --cause 'waits for DNS'",
    "nexusctl order pause NX-1042 --cause 'no capacity' --for provider",
  )

export async function pause({ api, io, now }: Deps, { ticket, cause, for: waitingFor }: PauseOptions): Promise<void> {
  const order = await api.call('pauseOrder', { params: { number: ticket }, body: { cause, waitingFor } })
  io.answer(order, () => changedText(order, now()))
}
