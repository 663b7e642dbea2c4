import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

export const backupsCommand = (deps: Deps) =>
  withExamples(
    new Command('backups')
      .description('List the backups at a place, newest last')
      .option('--from <place>', 'where to look; else the setting backupTo')
      .action((options: { from?: string }) => delegate(deps, ['backups', ...passedOn(options)])),
    'nexusctl admin backups',
  )
