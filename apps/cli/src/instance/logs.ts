import { Command, Option } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { wholeNumber } from '../show.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export type LogsOptions = {
  readonly instance: string
  readonly service: string
  readonly lines: number
  readonly slot?: string
}

export const logsCommand = (deps: Deps) =>
  withExamples(
    new Command('logs')
      .argument(...instanceArgument)
      .argument('<service>', 'as listed by `nexusctl instance services`')
      .option('--lines <n>', 'at most so many of the last lines', wholeNumber(2000), 50)
      .addOption(new Option('--slot <slot>', 'the slot; the active one when left out').choices(['a', 'b']))
      .description('Print the last lines of a service, with secrets taken out')
      .action((instance: string, service: string, options: Omit<LogsOptions, 'instance' | 'service'>) =>
        logs(deps, { instance, service, ...options }),
      ),
    'nexusctl instance logs acme.example backend --lines 200',
  )

export async function logs({ api, io }: Deps, { instance, service, lines, slot }: LogsOptions): Promise<void> {
  const instanceId = await instanceIdOf(api, instance)
  const query = { service, lines, slot }
  const found = await api.call('getInstanceLogs', { params: { instanceId }, query })
  io.answer(found, () => found.text.trimEnd())
}
