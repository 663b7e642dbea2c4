import { Command } from 'commander'
import { withExamples } from '../command.ts'
import { contextsFile, readContexts } from '../contexts.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'

export const listCommand = (deps: Deps) =>
  withExamples(
    new Command('list')
      .description('List the contexts that are kept; the current one is marked')
      .action(() => list(deps)),
    'nexusctl context list',
  )

export async function list({ io, environment }: Deps): Promise<void> {
  const { current, contexts } = await readContexts(contextsFile(environment))
  const shown = Object.entries(contexts).map(([name, { server, token, tokenFile }]) => ({
    name,
    server,
    token: tokenFile ?? (token ? 'kept' : 'none'),
    current: name === current,
  }))
  io.answer(shown, () =>
    shown.length === 0
      ? 'No contexts are kept.\nKeep one: nexusctl login --server <url> --token-file <file>'
      : table(
          ['', 'context', 'server', 'token'],
          shown.map((each) => [each.current ? '*' : '', each.name, each.server, each.token]),
        ),
  )
}
