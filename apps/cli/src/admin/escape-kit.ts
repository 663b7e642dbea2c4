import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

type Options = { readonly to?: string; readonly certificate?: string }

export const escapeKitCommand = (deps: Deps) =>
  withExamples(
    new Command('escape-kit')
      .description(
        'Write all that life without Nexus takes: inventory, ssh config, certificates, restore commands; sealed',
      )
      .option('--to <place>', 'a folder, sftp://user@host/folder or s3://bucket/prefix; else the setting backupTo')
      .option('--certificate <file>', 'who may open it, as PEM; else the setting escapeCertificate')
      .action((options: Options) => delegate(deps, ['escape-kit', ...passedOn(options)])),
    'nexusctl admin escape-kit',
    'nexusctl admin escape-kit --to /media/usb --certificate escape.pem',
  )
