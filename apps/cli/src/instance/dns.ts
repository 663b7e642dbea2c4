import { Command } from 'commander'
import { checkLine } from '../checks.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts, moment, section } from '../show.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export const dnsCommand = (deps: Deps) =>
  withExamples(
    new Command('dns')
      .argument(...instanceArgument)
      .description('Show the DNS records an instance needs, and what was found when last looked')
      .action((instance: string) => dns(deps, { instance })),
    'nexusctl instance dns acme.example',
  )

export async function dns({ api, io }: Deps, { instance }: { readonly instance: string }): Promise<void> {
  const id = await instanceIdOf(api, instance)
  const found = await api.call('getInstanceDns', { params: { id } })
  io.answer(found, () =>
    [
      facts([
        ['Domain', found.domain],
        ['Set by', found.provider],
        ['Asked', `${moment(found.askedAt)}${found.contact ? ` of ${found.contact}` : ''}`],
        ['Reminded', moment(found.remindedAt)],
        ['Last look', moment(found.lookedAt)],
      ]),
      ...section('Records', found.records),
      ...section('Found', found.results.map(checkLine)),
    ].join('\n'),
  )
}
