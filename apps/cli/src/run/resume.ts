import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { watch } from './watch.ts'

export type ResumeOptions = {
  readonly runId: string
  readonly from: string
  readonly reason: string
  readonly watch?: boolean
}

export const resumeCommand = (deps: Deps) =>
  withExamples(
    new Command('resume')
      .argument('<run>', 'a run that has ended')
      .requiredOption('--from <step>', 'the step to begin with, as `nexusctl run show` names it')
      .option('--reason <text>', 'why; kept in the trail', 'resumed by hand')
      .option('--watch', 'stay until it ends')
      .description('Run an ended run again from one of its steps on')
      .action((runId: string, options: Omit<ResumeOptions, 'runId'>) => resume(deps, { runId, ...options })),
    "nexusctl run resume deliver-order:NX-1042:1 --from 'get the certificate' --watch",
  )

export async function resume(deps: Deps, { runId, from, reason, watch: stay }: ResumeOptions): Promise<void> {
  const body = { fromStep: from, reason }
  const run = await deps.api.call('resumeRun', { params: { runId }, body })
  if (stay) {
    deps.io.say(`Run ${run.id} goes on from: ${from}`)
    return watch(deps, { runId })
  }
  deps.io.answer(run, () => `Run ${run.id} goes on from: ${from}\nSee it: nexusctl run watch ${run.id}`)
}
