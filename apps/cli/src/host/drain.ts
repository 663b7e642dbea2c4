import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf } from './host.ts'

export const drainCommand = (deps: Deps) =>
  withExamples(
    new Command('drain')
      .argument(...hostArgument)
      .description('Stop placing anything new on a host')
      .action((host: string) => drain(deps, { host })),
    'nexusctl host drain nexus-acme-prod',
  )

export async function drain({ api, io }: Deps, { host }: { readonly host: string }): Promise<void> {
  const hostId = await hostIdOf(api, host)
  const found = await api.call('drainHost', { params: { hostId }, timeoutSeconds: 300 })
  io.answer(found, () => `Host ${found.name} takes nothing new.`)
}
