import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { toFailed } from '../failure.ts'
import { ownVersion } from '../own-version.ts'
import { facts } from '../show.ts'

export const versionCommand = (deps: Deps) =>
  withExamples(
    new Command('version')
      .description('Show the version, and whether the server is ready: 0 when it is, 1 otherwise')
      .action(() => version(deps)),
    'nexusctl version',
  )

export async function version({ api, io, connection, verdict }: Deps): Promise<void> {
  const own = ownVersion()
  const { server } = await connection()
  const ready = await api
    .call('getHealth', { timeoutSeconds: 10 })
    .then(() => api.call('getReadiness', { timeoutSeconds: 10 }))
    .catch((thrown: unknown) => ({ status: `not ready: ${toFailed(thrown).message}`, checks: [] }))
  verdict(['pass', 'warn'].includes(ready.status) ? 0 : 1)
  io.answer({ version: own, node: process.version, server, ready: ready.status }, () =>
    facts([
      ['nexusctl', own],
      ['Node', process.version],
      ['Server', server],
      ['Ready', ready.status],
      ...ready.checks.filter((each) => each.status !== 'pass').map((each) => [each.title, each.summary] as const),
    ]),
  )
}
