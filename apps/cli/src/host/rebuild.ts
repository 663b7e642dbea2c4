import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf } from './host.ts'

export const rebuildCommand = (deps: Deps) =>
  withExamples(
    new Command('rebuild')
      .argument(...hostArgument)
      .description('Make a host new from the baseline image; refused where an order was ever live')
      .action((host: string) => rebuild(deps, { host })),
    'nexusctl host rebuild nexus-acme-prod',
  )

export async function rebuild({ api, io }: Deps, { host }: { readonly host: string }): Promise<void> {
  const hostId = await hostIdOf(api, host)
  const found = await api.call('rebuildHost', { params: { hostId }, timeoutSeconds: 300 })
  io.answer(
    found,
    () => `Host ${found.name} is ${found.state} after the rebuild.\nGo on: nexusctl host baseline ${found.name}`,
  )
}
