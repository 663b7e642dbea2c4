import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export type CancelOptions = { readonly runId: string; readonly reason: string }

export const cancelCommand = (deps: Deps) =>
  withExamples(
    new Command('cancel')
      .argument('<run>', 'the run, as listed by `nexusctl run list`')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .description('Ask a run to stop before its next step and take back what it did')
      .action((runId: string, { reason }: { reason: string }) => cancel(deps, { runId, reason })),
    "nexusctl run cancel deliver-order:NX-1042:1 --reason 'wrong region'",
  )

export async function cancel({ api, io }: Deps, { runId, reason }: CancelOptions): Promise<void> {
  const run = await api.call('cancelRun', { params: { runId }, body: { reason } })
  io.answer(run, () => `Run ${run.id} stops before its next step.\nSee it: nexusctl run watch ${run.id}`)
}
