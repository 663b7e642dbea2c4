import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { moment, several, wholeNumber } from '../show.ts'
import { personIdOf } from './person.ts'

export type CreateOptions = {
  readonly name: string
  readonly for?: string
  readonly permission?: readonly string[]
  readonly days?: number
}

export const tokenCreateCommand = (deps: Deps) =>
  withExamples(
    new Command('create')
      .argument('<name>', 'what it is for')
      .option('--for <person>', 'whose it is, by id or e-mail address; yours when left out')
      .option('--permission <permission>', 'narrow it to this; may be repeated', several)
      .option('--days <n>', 'how long it holds', wholeNumber(10_000))
      .description('Make an API token. Its text goes to stdout, once')
      .action((name: string, options: Omit<CreateOptions, 'name'>) => createToken(deps, { name, ...options })),
    'nexusctl access token create ci --permission orders.read --days 30 > token',
  )

export async function createToken({ api, io }: Deps, options: CreateOptions): Promise<void> {
  const { name, for: person, permission, days } = options
  const personId = person === undefined ? undefined : await personIdOf(api, person)
  const body = { name, personId, permissions: permission, days }
  const found = await api.call('createToken', { body })
  io.say(`Token ${found.id} holds until ${moment(found.expiresAt)}. Its text is not shown again:`)
  io.answer(found, () => found.token)
}
