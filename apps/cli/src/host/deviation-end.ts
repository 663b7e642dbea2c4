import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export type DeviationEndOptions = { readonly deviationId: string; readonly reason: string }

export const deviationEndCommand = (deps: Deps) =>
  withExamples(
    new Command('end')
      .argument('<deviation>', 'as host deviation list names it')
      .requiredOption('--reason <text>', 'why; kept in the trail')
      .description('End a deviation before its day: the host is refused again while the item differs')
      .action((deviationId: string, { reason }: { reason: string }) => deviationEnd(deps, { deviationId, reason })),
    "nexusctl host deviation end dev_01 --reason 'the client was replaced'",
  )

export async function deviationEnd({ api, io }: Deps, { deviationId, reason }: DeviationEndOptions): Promise<void> {
  const found = await api.call('endDeviation', { params: { deviationId }, body: { reason } })
  io.answer(found, () => `${found.item} on ${found.hostId} has to be as the baseline says again.`)
}
