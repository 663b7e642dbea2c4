import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export const tokenRevokeCommand = (deps: Deps) =>
  withExamples(
    new Command('revoke')
      .argument('<token>', 'the id, as listed by `nexusctl access token list`; never the text')
      .description('End an API token at once')
      .action((tokenId: string) => revokeToken(deps, { tokenId })),
    'nexusctl access token revoke tok_01hx',
  )

export async function revokeToken({ api, io }: Deps, { tokenId }: { readonly tokenId: string }): Promise<void> {
  const found = await api.call('revokeToken', { params: { tokenId } })
  io.answer(found, () => `Token ${found.id} (${found.name}) is revoked.`)
}
