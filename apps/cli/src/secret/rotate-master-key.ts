import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const rotateMasterKeyCommand = (deps: Deps) =>
  withExamples(
    new Command('rotate-master-key')
      .description('Move to the master key in masterKeyNextFile, and seal every secret anew, while everything runs')
      .action(() => rotateMasterKey(deps)),
    'nexusctl secret rotate-master-key',
  )

export async function rotateMasterKey({ api, io }: Deps): Promise<void> {
  const found = await api.call('rotateMasterKey', { timeoutSeconds: 600 })
  io.answer(found, () =>
    [
      `Everything is sealed with the master key ${found.keyId} (${found.resealed} values sealed anew).`,
      'Put it in the place of the old one on every node before its next start, and keep the old one as long as backups are.',
    ].join('\n'),
  )
}
