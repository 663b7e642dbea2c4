import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { delegate, passedOn } from './delegate.ts'

type Options = { readonly to?: string; readonly log?: string }

export const bundleCommand = (deps: Deps) =>
  withExamples(
    new Command('bundle')
      .description(
        'Gather how this Nexus is for whoever helps: versions, settings, health, failing runs, logs; no secrets',
      )
      .option('--to <file>', 'where to; else nexus-bundle-<time>.tar.gz here')
      .option('--log <file>', 'the log of nexusd, where it is not in the journal as nexusd')
      .action((options: Options) => delegate(deps, ['bundle', ...passedOn(options)])),
    'nexusctl admin bundle',
    'nexusctl admin bundle --to /tmp/nexus.tar.gz --log /var/log/nexusd.log',
  )
