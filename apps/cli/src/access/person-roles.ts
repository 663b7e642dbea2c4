import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { onlyOption, readLimits, repeated } from './limits.ts'
import { peopleText, personArgument, personIdOf } from './person.ts'

export type RolesOptions = {
  readonly person: string
  readonly roles: readonly string[]
  readonly only?: readonly string[]
  readonly everywhere?: boolean
}

export const personRolesCommand = (deps: Deps) =>
  withExamples(
    new Command('roles')
      .argument(...personArgument)
      .argument('<role...>', 'the roles the person has from now on')
      .option(...onlyOption, repeated)
      .option('--everywhere', 'lift all limits; else the roles that stay keep theirs')
      .description('Say which roles a person has, and for what')
      .action((person: string, roles: readonly string[], options: Pick<RolesOptions, 'only' | 'everywhere'>) =>
        setRoles(deps, { person, roles, ...options }),
      ),
    'nexusctl access person roles kim@example.com provisioning support',
    'nexusctl access person roles kim@example.com provisioning viewer --only provisioning:region=eu-1',
  )

export async function setRoles({ api, io }: Deps, { person, roles, only, everywhere }: RolesOptions): Promise<void> {
  if (only && everywhere) throw misused('--only and --everywhere contradict each other.')
  const limits = only ? readLimits(only) : everywhere ? {} : undefined
  const personId = await personIdOf(api, person)
  const found = await api.call('setRoles', { params: { personId }, body: { roles, limits } })
  io.answer(found, () => peopleText([found]))
}
