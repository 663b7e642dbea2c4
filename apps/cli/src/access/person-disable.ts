import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { peopleText, personArgument, personIdOf } from './person.ts'

export const personDisableCommand = (deps: Deps) =>
  withExamples(
    new Command('disable')
      .argument(...personArgument)
      .description('End all access of a person at once; tokens included')
      .action((person: string) => disablePerson(deps, { person })),
    'nexusctl access person disable kim@example.com',
  )

export async function disablePerson({ api, io }: Deps, { person }: { readonly person: string }): Promise<void> {
  const found = await api.call('disablePerson', { params: { personId: await personIdOf(api, person) } })
  io.answer(found, () => peopleText([found]))
}
