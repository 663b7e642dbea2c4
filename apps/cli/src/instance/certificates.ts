import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { moment } from '../show.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export const certificatesCommand = (deps: Deps) =>
  withExamples(
    new Command('certificates')
      .argument(...instanceArgument)
      .description('List the certificates of an instance: how long they hold, when they are renewed')
      .action((instance: string) => certificates(deps, { instance })),
    'nexusctl instance certificates acme.example',
  )

export async function certificates({ api, io }: Deps, { instance }: { readonly instance: string }): Promise<void> {
  const id = await instanceIdOf(api, instance)
  const { items } = await listOf(api, 'listCertificates', {}, { id })
  io.answer(items, () =>
    items.length === 0
      ? 'No certificates.'
      : table(
          ['certificate', 'state', 'names', 'until', 'renewed', 'serial', 'failure'],
          items.map((each) => [
            each.id,
            each.state,
            each.names.join(' '),
            moment(each.notAfter) ?? '',
            moment(each.renewAt) ?? '',
            each.serial ?? '',
            each.failure ?? '',
          ]),
        ),
  )
}
