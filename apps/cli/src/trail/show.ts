import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts, moment } from '../show.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument('<entry>', 'its id, or its place in the log')
      .description('Show one entry whole')
      .action((entry: string) => show(deps, entry)),
    'nexusctl trail show 17',
    'nexusctl trail show aud_01kx -o json',
  )

export async function show({ api, io }: Deps, entry: string): Promise<void> {
  const found = await api.call('getTrailEntry', { params: { entry } })
  const text = (value: unknown) => (value === null || value === undefined ? undefined : JSON.stringify(value, null, 2))
  io.answer(found, (each) =>
    facts([
      ['id', each.id],
      ['place', each.index ?? 'gets one within seconds'],
      ['at', moment(each.at)],
      ['who', each.onBehalfOf ? `${each.actor} for ${each.onBehalfOf}` : each.actor],
      ['action', each.action],
      ['subject', each.subject],
      ['why', each.reason],
      ['before', text(each.before)],
      ['after', text(each.after)],
    ]),
  )
}
