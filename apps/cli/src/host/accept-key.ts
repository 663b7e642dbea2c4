import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { hostArgument, hostIdOf } from './host.ts'

export type AcceptKeyOptions = { readonly host: string; readonly fingerprint: string }

export const acceptKeyCommand = (deps: Deps) =>
  withExamples(
    new Command('accept-key')
      .argument(...hostArgument)
      .argument('<fingerprint>', 'SHA256:..., as `ssh-keygen -lf` prints it on the machine itself')
      .description('Pin another host key, after it was compared on the machine')
      .action((host: string, fingerprint: string) => acceptKey(deps, { host, fingerprint })),
    'nexusctl host accept-key metal-1 SHA256:mV3...',
  )

export async function acceptKey({ api, io }: Deps, { host, fingerprint }: AcceptKeyOptions): Promise<void> {
  const hostId = await hostIdOf(api, host)
  const found = await api.call('acceptHostKey', {
    params: { hostId },
    body: { fingerprint },
    timeoutSeconds: 120,
  })
  io.answer(found, () => `Host ${found.name} is known by ${fingerprint} now.`)
}
