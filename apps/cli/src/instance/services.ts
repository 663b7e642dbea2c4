import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export const servicesCommand = (deps: Deps) =>
  withExamples(
    new Command('services')
      .argument(...instanceArgument)
      .description('Ask the host how the services of an instance are')
      .action((instance: string) => services(deps, { instance })),
    'nexusctl instance services acme.example',
  )

export async function services({ api, io }: Deps, { instance }: { readonly instance: string }): Promise<void> {
  const instanceId = await instanceIdOf(api, instance)
  const { items } = await api.call('listInstanceServices', { params: { instanceId } })
  io.answer(items, () =>
    table(
      ['service', 'state', 'restarts', 'detail'],
      items.map((each) => [each.service, each.state, String(each.restarts), each.detail]),
    ),
  )
}
