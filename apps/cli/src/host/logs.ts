import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { wholeNumber } from '../show.ts'
import { type AskedOptions, breakGlassOption, passOutput, reasonOption } from './command-output.ts'
import { hostArgument, hostIdOf } from './host.ts'

export type LogsOptions = Omit<AskedOptions, 'timeout'> & {
  readonly host: string
  readonly unit?: string
  readonly since?: string
  readonly lines: number
}

export const logsCommand = (deps: Deps) =>
  withExamples(
    new Command('logs')
      .argument(...hostArgument)
      .requiredOption(...reasonOption)
      .option('--unit <unit>', 'of this unit only, e.g. nginx.service')
      .option('--since <time>', 'from then on, as journalctl takes it: -1h, yesterday, "2026-01-31 12:00"')
      .option('--lines <number>', 'the last ones', wholeNumber(10_000), 200)
      .option(...breakGlassOption)
      .description('Read the journal of a host')
      .action((host: string, options: Omit<LogsOptions, 'host'>) => logs(deps, { host, ...options })),
    "nexusctl host logs nexus-acme-prod --unit nginx.service --since -1h --reason 'ticket 812'",
  )

export async function logs(deps: Deps, { host, breakGlass = false, ...wish }: LogsOptions): Promise<void> {
  const hostId = await hostIdOf(deps.api, host)
  const body = { ...wish, breakGlass, timeoutSeconds: 120 }
  const { transcriptId } = await deps.api.call('readHostLogs', { params: { hostId }, body })
  await passOutput(deps, transcriptId)
}
