import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { failedRun, misused } from '../failure.ts'
import { table } from '../io.ts'
import { failedStep } from '../run/run.ts'
import { watchRun } from '../run/watch.ts'
import { moment } from '../show.ts'
import { hostIdOf } from './host.ts'

type Key = AnswerOf<'getHostControlKey'>
export type RekeyOptions = { readonly host?: string; readonly all?: boolean; readonly dryRun?: boolean }

export const rekeyCommand = (deps: Deps) =>
  withExamples(
    new Command('rekey')
      .argument('[host]', 'the name or the id of a host')
      .option('--all', 'every host that was prepared, one after the other; stops at the first that fails')
      .option('--dry-run', 'change nothing, show which keys are there and from where new ones would be taken')
      .description('Give a host a new key of the control plane; the old one goes when the new one has got in')
      .action((host: string | undefined, options: Omit<RekeyOptions, 'host'>) =>
        rekey(deps, { ...options, ...(host === undefined ? {} : { host }) }),
      ),
    'nexusctl host rekey nexus-acme-prod',
    'nexusctl host rekey --all --dry-run',
  )

export async function rekey(deps: Deps, { host, all = false, dryRun = false }: RekeyOptions): Promise<void> {
  if ((host === undefined) !== all) throw misused('Name one host, or --all.')
  const hostIds = host === undefined ? await prepared(deps) : [await hostIdOf(deps.api, host)]
  const keys: Key[] = []
  for (const hostId of hostIds) {
    if (!dryRun) await rekeyOne(deps, hostId)
    keys.push(await deps.api.call('getHostControlKey', { params: { hostId } }))
  }
  deps.io.answer(keys, () => (keys.length === 0 ? 'No hosts.' : keysText(keys)))
}

async function rekeyOne(deps: Deps, hostId: string): Promise<void> {
  const { runId } = await deps.api.call('rekeyHost', { params: { hostId } })
  const run = await watchRun(deps, { runId })
  if (run.state === 'done') return
  const failure = run.failure ?? failedStep(run)?.failure
  throw failedRun({ id: run.id, state: run.state, ...(failure ? { failure } : {}) })
}

async function prepared({ api }: Deps): Promise<string[]> {
  const { items } = await listOf(api, 'listHosts', { limit: 10_000 })
  return items.filter((each) => each.user === 'nexus' && each.state !== 'retired').map((each) => each.id)
}

const keysText = (keys: readonly Key[]): string =>
  table(
    ['host', 'name', 'key', 'since', 'new ones from'],
    keys.map((each) => [
      each.hostId,
      each.name,
      `${each.own ? 'own' : 'SHARED'}${each.underWay ? ', rekey under way' : ''}`,
      moment(each.placedAt) ?? '',
      each.from.join(', ') || 'everywhere',
    ]),
  )
