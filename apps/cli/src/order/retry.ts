import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { changedText, ticketArgument } from './order.ts'
import { watch } from './watch.ts'

export type RetryOptions = { readonly ticket: string; readonly watch?: boolean }

export const retryCommand = (deps: Deps) =>
  withExamples(
    new Command('retry')
      .argument(...ticketArgument)
      .option('--watch', 'stay until it is Live or Blocked again')
      .description('Begin a new attempt at a Blocked order; what stands already is found again')
      .action((ticket: string, options: Omit<RetryOptions, 'ticket'>) => retry(deps, { ticket, ...options })),
    'nexusctl order retry NX-1042 --watch',
  )

export async function retry(deps: Deps, { ticket, watch: stay }: RetryOptions): Promise<void> {
  const order = await deps.api.call('retryOrder', { params: { number: ticket } })
  if (stay) return watch(deps, { ticket: order.ticket })
  deps.io.answer(order, () => `${changedText(order, deps.now())}\nSee it: nexusctl order watch ${order.ticket}`)
}
