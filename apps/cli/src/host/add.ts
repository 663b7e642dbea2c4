import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { wholeNumber } from '../show.ts'
import { hostText } from './host.ts'

export type AddOptions = {
  readonly name: string
  readonly address: string
  readonly region: string
  readonly plan: string
  readonly port: number
  readonly user: string
  readonly jump?: string
  readonly fingerprint?: string
}

export const addCommand = (deps: Deps) =>
  withExamples(
    new Command('add')
      .argument('<name>', 'what it is called: small letters, digits and hyphens')
      .argument('<address>', 'where it is')
      .requiredOption('--region <region>', 'where it stands')
      .requiredOption('--plan <plan>', 'what it can carry, as in the plan catalogue')
      .option('--port <port>', 'the port of ssh', wholeNumber(65_535), 22)
      .option('--user <user>', 'whom to sign in as', 'root')
      .option('--jump <user@address:port>', 'a machine in between')
      .option(
        '--fingerprint <SHA256:...>',
        'the host key, compared on the machine; without it the answer shows what was seen',
      )
      .description('Add a machine of your own to the inventory; nothing on it is changed')
      .action((name: string, address: string, options: Omit<AddOptions, 'name' | 'address'>) =>
        add(deps, { name, address, ...options }),
      ),
    'nexusctl host add metal-1 192.0.2.10 --region eu-central --plan standard',
    'nexusctl host add metal-1 192.0.2.10 --region eu-central --plan standard --fingerprint SHA256:mV3...',
  )

export async function add({ api, io, now }: Deps, options: AddOptions): Promise<void> {
  const { name, address, region, plan, port, user, jump, fingerprint } = options
  const body = { name, address, region, plan, port, user, jump, fingerprint }
  const host = await api.call('addHost', { body, timeoutSeconds: 120 })
  io.answer(host, () => `${hostText(host, now())}\nGo on: nexusctl host facts ${host.name}`)
}
