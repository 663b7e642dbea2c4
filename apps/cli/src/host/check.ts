import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { listOf } from '../api.ts'
import { eachAtOnce } from '../at-once.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { watchRun } from '../run/watch.ts'
import { moment, since, wholeNumber } from '../show.ts'
import { hostIdOf } from './host.ts'

export type HostChecked = AnswerOf<'checkHost'>
export type CheckOptions = {
  readonly hosts: readonly string[]
  readonly all?: boolean
  readonly last?: boolean
  readonly fix?: boolean
  readonly item?: readonly string[]
  readonly atOnce: number
}

const gather = (item: string, before: readonly string[] = []) => [...before, item]

export const checkCommand = (deps: Deps) =>
  withExamples(
    new Command('check')
      .argument('[host...]', 'names or ids of hosts')
      .option('--all', 'every host that is not retired')
      .option('--last', 'ask no host, tell what was seen last and how old that is')
      .option('--fix', 'make what differs so again')
      .option('--item <item>', 'with --fix: only this item; may be given more than once', gather)
      .option('--at-once <n>', 'hosts at once', wholeNumber(50), 5)
      .description(
        'Compare hosts with the baseline they should have: 0 it holds, 1 something differs, 2 nobody could tell',
      )
      .action((hosts: string[], options: Omit<CheckOptions, 'hosts'>) => check(deps, { hosts, ...options })),
    'nexusctl host check --all',
    'nexusctl host check nexus-acme-prod --fix --item ssh.settings',
    'nexusctl host check --all --last -o json',
  )

/** S0-65..80, S3-16..37: by the checks of the baseline on the host; a host that does not answer is unknown. */
export async function check(deps: Deps, options: CheckOptions): Promise<void> {
  const { hosts, all = false, last = false, fix = false, item = [], atOnce } = options
  if (all === hosts.length > 0) throw misused('Name hosts, or --all.')
  if (item.length > 0 && !fix) throw misused('--item says what --fix mends.')
  if (last && fix) throw misused('--fix looks at the host first: leave --last out.')
  const ids = all ? await everyHost(deps) : await Promise.all(hosts.map((each) => hostIdOf(deps.api, each)))
  let done = 0
  const found = await eachAtOnce(ids, atOnce, async (hostId) => {
    const params = { hostId }
    const seen = last
      ? await deps.api.call('getHostCheck', { params })
      : await deps.api.call('checkHost', { params, timeoutSeconds: 280 })
    const after = fix && seen.verdict === 'fail' ? await mended(deps, seen, item) : seen
    done += 1
    deps.io.say(`${done} of ${ids.length}: ${after.hostName} ${after.verdict}`)
    return after
  })
  deps.verdict(
    found.some((each) => each.verdict === 'unknown') ? 2 : found.some((each) => each.verdict !== 'pass') ? 1 : 0,
  )
  deps.io.answer(found, () => found.flatMap((each) => checkText(each, deps.now())).join('\n'))
}

async function everyHost({ api }: Deps): Promise<string[]> {
  const { items } = await listOf(api, 'listHosts', { limit: 2000 })
  return items.filter((each) => each.state !== 'retired').map((each) => each.id)
}

async function mended(deps: Deps, { hostId, hostName }: HostChecked, items: readonly string[]): Promise<HostChecked> {
  const params = { hostId }
  const { runId } = await deps.api.call('mendHost', { params, body: { items: [...items] } })
  const run = await watchRun(deps, { runId })
  if (run.state !== 'done') deps.io.say(`${hostName}: run ${runId} is ${run.state}: ${run.failure?.message ?? ''}`)
  return deps.api.call('getHostCheck', { params })
}

const checkText = (found: HostChecked, now: Date): string[] => [
  `${found.verdict.toUpperCase().padEnd(7)} ${found.hostName}: ${found.summary}`,
  ...found.items.map(
    (each) =>
      `  ${each.id} for ${since(each.firstSeen, now)}${each.found === '' ? '' : `: ${each.found}`}${each.accepted === undefined ? '' : ` (accepted until ${moment(each.accepted.until) ?? ''}: ${each.accepted.reason})`}`,
  ),
]
