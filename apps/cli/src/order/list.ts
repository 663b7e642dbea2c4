import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { ordersText } from './order.ts'

export type ListOptions = {
  readonly mine?: boolean
  readonly atRisk?: boolean
  readonly blocked?: boolean
  readonly state?: string
  readonly limit: number
}

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List orders by due time, with owner, elapsed time and whom they wait for')
      .option('--mine', 'only those I own')
      .option('--at-risk', 'only those past three quarters of their time')
      .option('--blocked', 'only those that are Blocked')
      .option('--state <state>', "only those in this state, e.g. 'Ready for Provisioning'")
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl order list --mine --at-risk',
    'nexusctl order list --blocked -o json',
  )

export async function list(deps: Deps, { mine, atRisk, blocked, state, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listOrders', { mine, atRisk, blocked, state, limit })
  deps.io.answer(found.items, (orders) => (orders.length === 0 ? 'No orders.' : ordersText(orders, deps.now())))
  sayMore(deps, found)
}
