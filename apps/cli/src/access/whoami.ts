import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { facts } from '../show.ts'

export type Whoami = AnswerOf<'whoami'>

export const whoamiCommand = (deps: Deps) =>
  withExamples(
    new Command('whoami')
      .description('Show who you are to this server, and what you may do')
      .action(() => whoami(deps)),
    'nexusctl access whoami',
  )

export async function whoami({ api, io, connection }: Deps): Promise<void> {
  const me = await api.call('whoami')
  const { server } = await connection()
  io.answer(me, () =>
    facts([
      ['Server', server],
      ['Person', `${me.name} (${me.id})`],
      ['May', me.permissions.join(', ')],
      ...Object.entries(me.limits ?? {}).map(
        ([permission, scopes]) => [`  ${permission}`, `only ${scopes.map(scopeText).join(' or ')}`] as const,
      ),
    ]),
  )
}

const scopeText = (scope: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(scope)
    .map(([dimension, values]) => `${dimension} ${values.join(', ')}`)
    .join(' and ')
