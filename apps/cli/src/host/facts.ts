import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts } from '../show.ts'
import { hostArgument, hostIdOf } from './host.ts'

export type FactsOptions = { readonly host: string; readonly kept?: boolean }

export const factsCommand = (deps: Deps) =>
  withExamples(
    new Command('facts')
      .argument(...hostArgument)
      .option('--kept', 'what was read last, without asking the host')
      .description('Read from a host what it is: system, size, addresses')
      .action((host: string, options: Omit<FactsOptions, 'host'>) => readFacts(deps, { host, ...options })),
    'nexusctl host facts nexus-acme-prod',
    'nexusctl host facts nexus-acme-prod --kept -o json',
  )

export async function readFacts({ api, io }: Deps, { host, kept = false }: FactsOptions): Promise<void> {
  const hostId = await hostIdOf(api, host)
  if (!kept) await api.call('connectHost', { params: { hostId }, timeoutSeconds: 120 })
  const { facts: found } = await api.call('getHostFacts', { params: { hostId } })
  io.answer(found, () => {
    if (!found) return `Nothing was read from ${host} yet.\nRead it: nexusctl host facts ${host}`
    return facts(
      Object.entries(found).flatMap(([name, value]) => (name === 'type' ? [] : [[name, String(value)] as const])),
    )
  })
}
