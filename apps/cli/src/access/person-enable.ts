import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { peopleText, personArgument, personIdOf } from './person.ts'

export const personEnableCommand = (deps: Deps) =>
  withExamples(
    new Command('enable')
      .argument(...personArgument)
      .description('Let a disabled person in again')
      .action((person: string) => enablePerson(deps, { person })),
    'nexusctl access person enable kim@example.com',
  )

export async function enablePerson({ api, io }: Deps, { person }: { readonly person: string }): Promise<void> {
  const found = await api.call('enablePerson', { params: { personId: await personIdOf(api, person) } })
  io.answer(found, () => peopleText([found]))
}
