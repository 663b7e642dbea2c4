import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf } from './host.ts'

export type RetireOptions = { readonly host: string; readonly reason: string }

export const retireCommand = (deps: Deps) =>
  withExamples(
    new Command('retire')
      .argument(...hostArgument)
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .description('Take a host out of the inventory for good, and give it back to its provider')
      .action((host: string, { reason }: { reason: string }) => retire(deps, { host, reason })),
    "nexusctl host retire nexus-acme-prod --reason 'end of contract'",
  )

export async function retire({ api, io }: Deps, { host, reason }: RetireOptions): Promise<void> {
  const hostId = await hostIdOf(api, host)
  const found = await api.call('retireHost', { params: { hostId }, body: { reason }, timeoutSeconds: 300 })
  io.answer(found, () => `Host ${found.name} is ${found.state}.`)
}
