import type { ItemOf } from '@nexus/client'
import { Command } from 'commander'
import { group, withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { envSetCommand } from './env-set.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

type Variable = ItemOf<'getInstanceEnv'>

export const envCommand = (deps: Deps) =>
  group('env', 'Variables of an instance: which it has, and giving one', [showCommand(deps), envSetCommand(deps)])

const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument(...instanceArgument)
      .description('Show which variables an instance has and from where; values are hidden')
      .action((instance: string) => env(deps, { instance })),
    'nexusctl instance env show acme.example',
  )

export async function env({ api, io }: Deps, { instance }: { readonly instance: string }): Promise<void> {
  const instanceId = await instanceIdOf(api, instance)
  const { items } = await api.call('getInstanceEnv', { params: { instanceId } })
  io.answer(items, () =>
    table(
      ['variable', 'group', 'set', 'from', 'value'],
      items.map((each) => [
        each.name,
        each.group,
        setWord(each),
        each.origin,
        each.reference ?? (each.set ? '(hidden)' : ''),
      ]),
    ),
  )
}

const setWord = ({ set, required }: Variable): string => (set ? 'yes' : required ? 'MISSING' : 'no')
