import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { also } from '../show.ts'
import { verifyLive } from './verify-live.ts'
import { type OfflineOptions, verifyOffline } from './verify-offline.ts'

export const verifyCommand = (deps: Deps) =>
  withExamples(
    new Command('verify')
      .description('Verify the log, or an export or bundle without a server: 0 holds, 1 does not, 2 unknown')
      .argument('[what]', 'an export or a bundle: its folder, or bundle.json; without it the server judges its own log')
      .option('--key <key>', 'the key of the log, or a file with it; may be said again', also, [])
      .option('--checkpoint <file>', 'a checkpoint that you kept yourself; may be said again', also, [])
      .action((what: string | undefined, options: OfflineOptions) =>
        what === undefined ? verifyLive(deps) : verifyOffline(deps, { what, ...options }),
      ),
    'nexusctl trail verify; echo $?',
    'nexusctl trail verify ./export --key nexus.example.com/trail+1a2b3c4d+AV... --checkpoint kept-in-march',
    'nexusctl trail verify ./bundle --key trail.key; echo $?',
  )
