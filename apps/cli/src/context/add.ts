import { resolve } from 'node:path'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import { type Context, contextsFile, readToken, saveContext } from '../contexts.ts'
import type { Chosen, Deps } from '../deps.ts'
import { misused } from '../failure.ts'

export const addCommand = (deps: Deps) =>
  withExamples(
    new Command('add')
      .argument('<context>', 'what to call it')
      .description(
        'Keep the server of --server, the token of --token-file and the authority of --ca under a name, and use it',
      )
      .action((name: string) => add(deps, { name })),
    'nexusctl context add production --server https://nexus.example.com --token-file ~/.nexus-token',
  )

export async function add({ io, environment, chosen }: Deps, { name }: { readonly name: string }): Promise<void> {
  if (!/^[\w.-]{1,60}$/.test(name))
    throw misused(`${name} is no name for a context.`, 'Use letters, digits, dots and dashes.')
  if (chosen.server === undefined) throw misused('Which server? Give it with --server.')
  const context = { server: chosen.server, ...(await keptToken(chosen)), ...keptAuthority(chosen) }
  const file = contextsFile(environment)
  await saveContext(file, name, context)
  io.answer({ current: name, server: context.server }, () => `Context ${name} is kept in ${file}`)
}

/** A file stays where it is and is only named; what came by stdin is kept with the context. */
export async function keptToken({ tokenFile }: Chosen): Promise<Pick<Context, 'token' | 'tokenFile'>> {
  if (tokenFile === undefined) return {}
  return tokenFile === '-' ? { token: await readToken('-') } : { tokenFile: resolve(tokenFile) }
}

/** The file with the authority stays where it is. */
export const keptAuthority = ({ ca }: Chosen): Pick<Context, 'ca'> => (ca === undefined ? {} : { ca: resolve(ca) })
