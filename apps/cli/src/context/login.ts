import { Command } from 'commander'
import { createApi } from '../api.ts'
import { withExamples } from '../command.ts'
import { contextsFile, readToken, saveContext } from '../contexts.ts'
import type { Deps } from '../deps.ts'
import { keptAuthority, keptToken } from './add.ts'

export type LoginOptions = { readonly keepAs: string }

export const loginCommand = (deps: Deps) =>
  withExamples(
    new Command('login')
      .option('--keep-as <context>', 'the name to keep it under', 'default')
      .description('Try a token (from stdin, or the file of --token-file) and keep it with its server')
      .action((options: LoginOptions) => login(deps, options)),
    'nexusctl login --server https://nexus.example.com < token',
    'nexusctl login --server https://nexus.example.com --token-file ~/.nexus-token --keep-as production',
  )

/** Nothing is kept before the server has said who it is. */
export async function login(deps: Deps, { keepAs }: LoginOptions): Promise<void> {
  const { io, environment, chosen } = deps
  const fromFile = chosen.tokenFile !== undefined && chosen.tokenFile !== '-'
  if (!fromFile) io.say('Reading the token from stdin...')
  const kept = fromFile ? await keptToken(chosen) : { token: await readToken('-') }
  const token = kept.token ?? (await readToken(kept.tokenFile ?? '-'))
  const { server, ca } = await deps.connection()
  const me = await createApi({ connect: async () => ({ server, token, ca }) }).call('whoami')
  await saveContext(contextsFile(environment), keepAs, { server, ...kept, ...keptAuthority(chosen) })
  io.answer(
    { ...me, server, context: keepAs },
    () => `Signed in to ${server} as ${me.name}; kept as context ${keepAs}.`,
  )
}
