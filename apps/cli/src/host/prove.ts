import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf } from './host.ts'
import { sayJudged } from './preflight.ts'

export type ProveOptions = { readonly host: string; readonly from?: string; readonly allPorts?: boolean }

export const proveCommand = (deps: Deps) =>
  withExamples(
    new Command('prove')
      .argument(...hostArgument)
      .option('--from <host>', 'look from this host as well; without it Nexus takes one of the same region')
      .option('--all-ports', 'ask all 65,535 TCP ports from the control plane; takes minutes')
      .description('Prove a host from outside: ports, logins, bans, a neighbour: 0 PASS, 1 WARN, 2 FAIL')
      .action((host: string, options: Omit<ProveOptions, 'host'>) => prove(deps, { host, ...options })),
    'nexusctl host prove nexus-acme-prod',
    'nexusctl host prove nexus-acme-prod --from nexus-spare-1 --all-ports',
  )

/** The proofs from outside (S0-66..71, S3-119..121). What needs a second place is unknown without one. */
export async function prove(deps: Deps, { host, from, allPorts = false }: ProveOptions): Promise<void> {
  const hostId = await hostIdOf(deps.api, host)
  const body = { allPorts, ...(from === undefined ? {} : { from: await hostIdOf(deps.api, from) }) }
  const found = await deps.api.call('proveHost', { params: { hostId }, body, timeoutSeconds: 900 })
  sayJudged(deps, host, found)
}
