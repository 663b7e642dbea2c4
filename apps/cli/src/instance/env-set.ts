import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { readValue } from '../secret/value.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export type EnvSetOptions = {
  readonly instance: string
  readonly name: string
  readonly file: string
  readonly secret?: boolean
}

export const envSetCommand = (deps: Deps) =>
  withExamples(
    new Command('set')
      .argument(...instanceArgument)
      .argument('<name>', 'a variable of its stack')
      .option('-f, --file <file>', 'where the value is; - for stdin', '-')
      .option('--secret', 'keep it sealed, and only its reference with the instance')
      .description('Give an instance a variable; its value comes from stdin or a file')
      .action((instance: string, name: string, options: Pick<EnvSetOptions, 'file' | 'secret'>) =>
        envSet(deps, { instance, name, ...options }),
      ),
    'printf %s debug | nexusctl instance env set acme.example LOG_LEVEL',
    'nexusctl instance env set acme.example OPENCLAW_API_KEY --secret --file key.txt',
  )

export async function envSet(deps: Deps, { instance, name, file, secret = false }: EnvSetOptions): Promise<void> {
  const { api, io } = deps
  const value = await readValue(deps, file)
  const instanceId = await instanceIdOf(api, instance)
  const taken = await api.call('setInstanceVariable', {
    params: { instanceId, name },
    body: { value, secret },
  })
  io.answer(taken, () =>
    [
      `${taken.name} is kept${taken.reference ? ` as ${taken.reference}` : ''}.`,
      'It counts from the next deployment on.',
    ].join('\n'),
  )
}
