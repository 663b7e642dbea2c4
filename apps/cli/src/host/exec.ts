import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { wholeNumber } from '../show.ts'
import { type AskedOptions, breakGlassOption, passOutput, reasonOption } from './command-output.ts'
import { hostArgument, hostIdOf } from './host.ts'

export type ExecOptions = AskedOptions & { readonly host: string; readonly words: readonly string[] }

export const execCommand = (deps: Deps) =>
  withExamples(
    new Command('exec')
      .argument(...hostArgument)
      .argument('[command...]', 'after --: one line of sh, or a program and its words; - reads it from stdin')
      .requiredOption(...reasonOption)
      .option(...breakGlassOption)
      .option('--timeout <seconds>', 'it is ended after this', wholeNumber(600), 60)
      .description('Run a command on a host as root; its exit code is passed on')
      .action((host: string, words: string[], options: AskedOptions) => exec(deps, { host, words, ...options })),
    "nexusctl host exec nexus-acme-prod --reason 'ticket 812: 502s' -- systemctl status nginx",
    "nexusctl host exec nexus-acme-prod --reason 'disk is full' -- 'du -x / | sort -n | tail'",
    "nexusctl host exec nexus-acme-prod --reason 'ticket 812' --break-glass -- - < mend.sh",
  )

/** S3-125: who, why, with whose yes and with what outcome is in the trail; what was said is in a sealed transcript. */
export async function exec(
  deps: Deps,
  { host, words, reason, breakGlass = false, timeout }: ExecOptions,
): Promise<void> {
  const command = await lineOf(deps, words)
  const hostId = await hostIdOf(deps.api, host)
  const body = { command, reason, breakGlass, timeoutSeconds: timeout }
  const { transcriptId } = await deps.api.call('execOnHost', { params: { hostId }, body })
  await passOutput(deps, transcriptId)
}

async function lineOf(deps: Deps, words: readonly string[]): Promise<string> {
  const [first, ...more] = words
  const line = first === '-' && more.length === 0 ? await deps.readText('-') : more.length === 0 ? first : quoted(words)
  if (line === undefined || line.trim() === '')
    throw misused('There is no command to run.', "Name it after --: nexusctl host exec HOST --reason TEXT -- 'uptime'")
  return line
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
