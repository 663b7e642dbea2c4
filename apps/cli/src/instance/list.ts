import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostIdOf } from '../host/host.ts'
import { limitOption, sayMore } from '../show.ts'
import { instancesText } from './instance.ts'

export type ListOptions = { readonly host?: string; readonly state?: string; readonly limit: number }

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List instances with their domain, state and host')
      .option('--host <host>', 'only those on this host')
      .option('--state <state>', 'only those in this state: opened, deploying, running, withdrawn')
      .option(...limitOption)
      .action((options: ListOptions) => list(deps, options)),
    'nexusctl instance list --state running',
  )

export async function list(deps: Deps, { host, state, limit }: ListOptions): Promise<void> {
  const hostId = host === undefined ? undefined : await hostIdOf(deps.api, host)
  const found = await listOf(deps.api, 'listInstances', { hostId, state, limit })
  deps.io.answer(found.items, (items) => (items.length === 0 ? 'No instances.' : instancesText(items)))
  sayMore(deps, found)
}
