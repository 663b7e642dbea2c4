import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { runText } from './run.ts'

export const showCommand = (deps: Deps) =>
  withExamples(
    new Command('show')
      .argument('<run>', 'the run, as listed by `nexusctl run list`')
      .description('Show a run with every step, its seconds and what failed')
      .action((runId: string) => show(deps, { runId })),
    'nexusctl run show deliver-order:NX-1042:1',
  )

export async function show({ api, io, now }: Deps, { runId }: { readonly runId: string }): Promise<void> {
  const run = await api.call('getRun', { params: { runId } })
  io.answer(run, () => runText(run, now()))
}
