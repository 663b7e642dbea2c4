import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

type Options = { readonly from?: string; readonly masterKey?: string; readonly backupKey?: string }

export const verifyCommand = (deps: Deps) =>
  withExamples(
    new Command('verify')
      .argument('[name]', 'the backup, as `nexusctl admin backups` lists it', 'latest')
      .description('Open a backup and read it to its end; nothing is loaded')
      .option('--from <place>', 'where it is; else the setting backupTo')
      .option('--master-key <file>', 'the master key of the Nexus that made it')
      .option('--backup-key <file>', 'its backup key alone, where the master key shall not be')
      .action((name: string, options: Options) => delegate(deps, ['verify', name, ...passedOn(options)])),
    'nexusctl admin verify latest',
  )
