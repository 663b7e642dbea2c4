import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { watch } from './watch.ts'

export type AttestOptions = {
  readonly runId: string
  readonly step: string
  readonly reason: string
  readonly watch?: boolean
}

export const attestCommand = (deps: Deps) =>
  withExamples(
    new Command('attest')
      .argument('<run>', 'a run that ended at this step')
      .argument('<step>', 'the failed step, as `nexusctl run show` names it; one with a check')
      .requiredOption('--reason <text>', 'why it is right now; kept in the trail with your name')
      .option('--watch', 'stay until it ends')
      .description('Vouch for a failed step: its check is asked again, and must pass for the run to go on')
      .action((runId: string, step: string, options: Omit<AttestOptions, 'runId' | 'step'>) =>
        attest(deps, { runId, step, ...options }),
      ),
    "nexusctl run attest deliver-order:NX-1042:1 'smoke test from outside' --reason 'the proxy was mended' --watch",
  )

export async function attest(deps: Deps, { runId, step, reason, watch: stay }: AttestOptions): Promise<void> {
  deps.io.say(`Asking again: ${step}...`)
  const run = await deps.api.call('attestRunStep', {
    params: { runId },
    body: { step, reason },
    timeoutSeconds: 280,
  })
  if (stay) {
    deps.io.say(`It passes; run ${run.id} goes on.`)
    return watch(deps, { runId })
  }
  deps.io.answer(run, () => `It passes; run ${run.id} goes on from: ${step}\nSee it: nexusctl run watch ${run.id}`)
}
