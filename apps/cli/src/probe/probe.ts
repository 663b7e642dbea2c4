import { hostname } from 'node:os'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf } from '../host/host.ts'
import { sayJudged } from '../host/preflight.ts'
import { knock, loginMethods } from './look.ts'

export type ProbeOptions = { readonly host: string; readonly as?: string }

export const probeCommand = (deps: Deps) =>
  withExamples(
    new Command('probe')
      .argument(...hostArgument)
      .option('--as <name>', 'what to call this place; its host name otherwise')
      .description('Look at a host from this machine and tell Nexus what was seen: 0 PASS, 1 WARN, 2 FAIL')
      .action((host: string, options: Omit<ProbeOptions, 'host'>) => probe(deps, { host, ...options })),
    'nexusctl probe nexus-acme-prod',
    'nexusctl probe nexus-acme-prod --as office',
  )

/** A second place to prove a host from (S0-69): run anywhere, it knocks, asks how one may log in, and judges nothing itself. */
export async function probe(deps: Deps, { host, as = hostname() }: ProbeOptions): Promise<void> {
  const params = { hostId: await hostIdOf(deps.api, host) }
  const asked = await deps.api.call('getProbeQuestions', { params, timeoutSeconds: 60 })
  deps.io.say(`Knocking at ${asked.ports.length} ports of ${asked.addresses.join(' and ')}...`)
  const ports = []
  const logins = []
  for (const address of asked.addresses) {
    ports.push({ address, answers: await knock(address, asked.ports) })
    for (const user of asked.users)
      logins.push({ address, user, methods: await loginMethods(address, asked.sshPort, user) })
  }
  const body = { vantage: as, ports, logins }
  const found = await deps.api.call('tellProbe', { params, body, timeoutSeconds: 60 })
  sayJudged(deps, host, found)
}
