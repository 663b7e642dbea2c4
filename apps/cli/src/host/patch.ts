import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { watch } from '../run/watch.ts'
import { wholeNumber } from '../show.ts'
import { hostIdOf } from './host.ts'

export type PatchOptions = {
  readonly hosts: readonly string[]
  readonly all?: boolean
  readonly reboot?: boolean
  readonly first: number
  readonly atOnce: number
  readonly now?: boolean
  readonly dryRun?: boolean
  readonly wait?: boolean
}

export const patchCommand = (deps: Deps) =>
  withExamples(
    new Command('patch')
      .argument('[host...]', 'names or ids of hosts')
      .option('--all', 'every spare and every live host, the spares first')
      .option('--reboot', 'where the updates ask for it')
      .option('--first <n>', 'so many before the others', wholeNumber(50), 1)
      .option('--at-once <n>', 'then so many at once', wholeNumber(50), 5)
      .option('--now', 'do not wait for the window of the hosts (rebootWindow)')
      .option('--dry-run', 'change nothing, show the waves and what each host says of its updates')
      .option('--wait', 'stay until the run ends: 0 when it is done, 1 otherwise')
      .description('Bring updates to hosts in waves; it stops at the first wave that is not well afterwards')
      .action((hosts: string[], options: Omit<PatchOptions, 'hosts'>) => patch(deps, { hosts, ...options })),
    'nexusctl host patch --all --reboot --first 1 --at-once 5',
    'nexusctl host patch nexus-acme-prod --now --wait',
    'nexusctl host patch --all --dry-run',
  )

/** S0-72, S3-27 */
export async function patch(deps: Deps, options: PatchOptions): Promise<void> {
  const { all = false, reboot = false, first, atOnce, now = false, dryRun = false, wait = false } = options
  if (all === options.hosts.length > 0) throw misused('Name hosts, or --all.')
  const hosts = await Promise.all(options.hosts.map((each) => hostIdOf(deps.api, each)))
  const body = { hosts, reboot, first, atOnce, now }
  if (dryRun) {
    const plan = await deps.api.call('planPatch', { body, timeoutSeconds: 280 })
    return deps.io.answer(plan, () => planText(plan, now))
  }
  const { runId } = await deps.api.call('patchHosts', { body })
  if (wait) return watch(deps, { runId })
  deps.io.answer({ runId }, () => `Hosts are patched by run ${runId}.\nSee it: nexusctl run watch ${runId}`)
}

const planText = ({ waves, window, isOpen }: AnswerOf<'planPatch'>, now: boolean): string =>
  [
    ...waves.flatMap((wave, index) => [
      `Wave ${index + 1} of ${waves.length}`,
      ...wave.map((each) => `  ${each.name} (${each.state}): ${each.updates}`),
    ]),
    now
      ? 'It would begin at once.'
      : `Each wave waits for the window at ${window}, which is ${isOpen ? 'open' : 'closed'} now.`,
  ].join('\n')
