import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { several } from '../show.ts'
import { onlyOption, readLimits, repeated } from './limits.ts'
import { peopleText } from './person.ts'

export type AddOptions = {
  readonly name: string
  readonly email: string
  readonly role: readonly string[]
  readonly only?: readonly string[]
}

export const personAddCommand = (deps: Deps) =>
  withExamples(
    new Command('add')
      .argument('<e-mail>', 'the address of the person')
      .requiredOption('--name <name>', 'what the person is called')
      .requiredOption(
        '--role <role>',
        'sales, provisioning, platform, iam, support, viewer, auditor or admin; may be repeated',
        several,
      )
      .option(...onlyOption, repeated)
      .description('Add a person to Nexus')
      .action((email: string, options: Omit<AddOptions, 'email'>) => addPerson(deps, { email, ...options })),
    "nexusctl access person add kim@example.com --name 'Kim Lee' --role provisioning --role support",
  )

export async function addPerson({ api, io }: Deps, { name, email, role, only = [] }: AddOptions): Promise<void> {
  const person = await api.call('createPerson', { body: { name, email, roles: role, limits: readLimits(only) } })
  io.answer(
    person,
    () => `${peopleText([person])}\nGive a token: nexusctl access token create <name> --for ${person.email}`,
  )
}
