import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { readValue } from './value.ts'

export type SetOptions = { readonly tenant: string; readonly name: string; readonly file: string }

export const setCommand = (deps: Deps) =>
  withExamples(
    new Command('set')
      .argument('<tenant>', 'whose secret it is')
      .argument('<name>', 'what it is called')
      .option('-f, --file <file>', 'where the value is; - for stdin', '-')
      .description('Keep a secret; its value comes from stdin or a file, never from the command line')
      .action((tenant: string, name: string, { file }: { file: string }) => setSecret(deps, { tenant, name, file })),
    'printf %s "$KEY" | nexusctl secret set acme OPENCLAW_API_KEY',
    'nexusctl secret set acme TLS_KEY --file key.pem',
  )

export async function setSecret(deps: Deps, { tenant, name, file }: SetOptions): Promise<void> {
  const value = await readValue(deps, file)
  const found = await deps.api.call('setSecret', {
    params: { tenant, name },
    body: { value },
  })
  deps.io.answer(found, () => `Kept as ${found.ref}`)
}
