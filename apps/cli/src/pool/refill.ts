import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { watch } from '../run/watch.ts'

export type RefillOptions = { readonly region: string; readonly plan: string; readonly wait?: boolean }

export const refillCommand = (deps: Deps) =>
  withExamples(
    new Command('refill')
      .argument('<region>', 'where the hosts stand')
      .argument('<plan>', 'what they can carry')
      .option('--wait', 'stay until the run ends: 0 when it is done, 1 otherwise')
      .description('Make the spare hosts that are missing now, without waiting for the next round')
      .action((region: string, plan: string, { wait }: { wait?: boolean }) =>
        refill(deps, { region, plan, ...(wait === undefined ? {} : { wait }) }),
      ),
    'nexusctl pool refill eu-central standard',
    'nexusctl pool refill eu-central standard --wait',
  )

export async function refill(deps: Deps, { region, plan, wait = false }: RefillOptions): Promise<void> {
  const { runId } = await deps.api.call('refillPool', { body: { region, plan } })
  if (wait) return watch(deps, { runId })
  deps.io.answer({ runId }, () => `Spare hosts are made by run ${runId}.\nSee it: nexusctl run watch ${runId}`)
}
