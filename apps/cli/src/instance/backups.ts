import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, moment, sayMore } from '../show.ts'
import { instanceArgument, instanceIdOf } from './instance.ts'

export type BackupsOptions = { readonly instance: string; readonly limit: number }

export const backupsCommand = (deps: Deps) =>
  withExamples(
    new Command('backups')
      .argument(...instanceArgument)
      .option(...limitOption)
      .description('List the backups of an instance, and when each was proven by a restore')
      .action((instance: string, options: Omit<BackupsOptions, 'instance'>) => backups(deps, { instance, ...options })),
    'nexusctl instance backups acme.example',
  )

export async function backups(deps: Deps, { instance, limit }: BackupsOptions): Promise<void> {
  const instanceId = await instanceIdOf(deps.api, instance)
  const found = await listOf(deps.api, 'listInstanceBackups', { limit }, { instanceId })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No backups.'
      : table(
          ['backup', 'state', 'begun', 'size', 'migration', 'proven', 'failure'],
          items.map((each) => [
            each.id,
            each.state,
            moment(each.startedAt) ?? '',
            each.bytes === undefined ? '' : `${(each.bytes / 1e6).toFixed(1)} MB`,
            each.migrationVersion ?? '',
            moment(each.provenAt) ?? 'not yet',
            each.failure ?? '',
          ]),
        ),
  )
  sayMore(deps, found)
}
