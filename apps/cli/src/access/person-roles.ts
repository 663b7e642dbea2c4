import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { peopleText, personArgument, personIdOf } from './person.ts'

export type RolesOptions = { readonly person: string; readonly roles: readonly string[] }

export const personRolesCommand = (deps: Deps) =>
  withExamples(
    new Command('roles')
      .argument(...personArgument)
      .argument('<role...>', 'the roles the person has from now on')
      .description('Say which roles a person has')
      .action((person: string, roles: readonly string[]) => setRoles(deps, { person, roles })),
    'nexusctl access person roles kim@example.com provisioning support',
  )

export async function setRoles({ api, io }: Deps, { person, roles }: RolesOptions): Promise<void> {
  const personId = await personIdOf(api, person)
  const found = await api.call('setRoles', { params: { personId }, body: { roles } })
  io.answer(found, () => peopleText([found]))
}
