import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf, hostText } from './host.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument(...hostArgument)
      .description('Show a host: its state, order, pinned key, price and baseline')
      .action((host: string) => show(deps, { host })),
    'nexusctl host show nexus-acme-prod',
  )

export async function show({ api, io, now }: Deps, { host }: { readonly host: string }): Promise<void> {
  const found = await api.call('getHost', { params: { hostId: await hostIdOf(api, host) } })
  io.answer(found, () => hostText(found, now()))
}
