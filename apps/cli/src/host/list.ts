import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { limitOption, sayMore } from '../show.ts'
import { hostsText } from './host.ts'

export type ListOptions = {
  readonly state?: string
  readonly region?: string
  readonly plan?: string
  readonly limit: number
}

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List hosts with their state, address and ticket')
      .option('--state <state>', 'only those in this state: ready, reserved, live, quarantined, ...')
      .option('--region <region>', 'only those in this region')
      .option('--plan <plan>', 'only those of this plan')
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl host list --state ready --region eu-central',
    'nexusctl host list -o json',
  )

export async function list(deps: Deps, { state, region, plan, limit }: ListOptions): Promise<void> {
  const found = await listOf(deps.api, 'listHosts', { state, region, plan, limit })
  deps.io.answer(found.items, (hosts) => (hosts.length === 0 ? 'No hosts.' : hostsText(hosts, deps.now())))
  sayMore(deps, found)
}
