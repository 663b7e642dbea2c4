import { Command } from 'commander'
import { withExamples } from '../command.ts'
import { contextsFile, readContexts, saveContext } from '../contexts.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'

export const useCommand = (deps: Deps) =>
  withExamples(
    new Command('use')
      .argument('<context>', 'as listed by `nexusctl context list`')
      .description('Make a context the current one')
      .action((name: string) => use(deps, { name })),
    'nexusctl context use production',
  )

export async function use({ io, environment }: Deps, { name }: { readonly name: string }): Promise<void> {
  const file = contextsFile(environment)
  const { contexts } = await readContexts(file)
  const context = contexts[name]
  if (!context)
    throw misused(`There is no context ${name}.`, `There are: ${Object.keys(contexts).join(', ') || 'none'}.`)
  await saveContext(file, name, context)
  io.answer({ current: name, server: context.server }, () => `Commands go to ${context.server} now.`)
}
