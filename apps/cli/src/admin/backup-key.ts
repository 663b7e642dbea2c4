import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

export const backupKeyCommand = (deps: Deps) =>
  withExamples(
    new Command('backup-key')
      .description('Print the key that opens backups; it opens none of the secrets in them')
      .option('--master-key <file>', 'the master key to work it out of; else that of this Nexus')
      .action((options: { masterKey?: string }) => delegate(deps, ['backup-key', ...passedOn(options)])),
    'nexusctl admin backup-key > /media/safe/nexus-backup.key',
  )
