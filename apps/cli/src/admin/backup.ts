import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

type Options = { readonly to?: string; readonly keep?: string; readonly backupKey?: string }

export const backupCommand = (deps: Deps) =>
  withExamples(
    new Command('backup')
      .description('Save all of Nexus, sealed; nexusd may run meanwhile')
      .option('--to <place>', 'a folder, sftp://user@host/folder or s3://bucket/prefix; else the setting backupTo')
      .option('--keep <n>', 'how many are kept there; else the setting backupKeep')
      .option('--backup-key <file>', 'seal with the key in this file; else with the one worked out of the master key')
      .action((options: Options) => delegate(deps, ['backup', ...passedOn(options)])),
    'nexusctl admin backup',
    'nexusctl admin backup --to s3://my-bucket/nexus --keep 60',
  )
