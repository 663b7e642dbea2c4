import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

type Options = {
  readonly from?: string
  readonly masterKey?: string
  readonly backupKey?: string
  readonly yes?: boolean
}

export const restoreCommand = (deps: Deps) =>
  withExamples(
    new Command('restore')
      .argument('[name]', 'the backup, as `nexusctl admin backups` lists it', 'latest')
      .description('Make this Nexus what a backup was; nexusd is stopped, and held when it starts')
      .option('--from <place>', 'where it is; else the setting backupTo')
      .option('--master-key <file>', 'the master key of the Nexus that made it')
      .option('--backup-key <file>', 'its backup key alone, where the master key shall not be')
      .option('--yes', 'do not ask', false)
      .action((name: string, options: Options) => delegate(deps, ['restore', name, ...passedOn(options)])),
    'nexusctl admin restore nexus-20270104T020000Z-1f3a9c.sealed --from s3://my-bucket/nexus',
  )
