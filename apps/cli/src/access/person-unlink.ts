import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { personArgument, personIdOf } from './person.ts'

export const personUnlinkCommand = (deps: Deps) =>
  withExamples(
    new Command('unlink')
      .argument(...personArgument)
      .description('Let go of the account a person signs in with, and end their sessions')
      .action((person: string) => unlinkPerson(deps, { person })),
    'nexusctl access person unlink kim@example.com',
  )

export async function unlinkPerson({ api, io }: Deps, { person }: { readonly person: string }): Promise<void> {
  const found = await api.call('unlinkPerson', { params: { personId: await personIdOf(api, person) } })
  io.answer(found, () => `The next account with the verified address ${found.email} is ${found.name}.`)
}
