import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { fail } from '../failure.ts'
import { resume } from './resume.ts'
import { failedStep } from './run.ts'

export type RetryOptions = { readonly runId: string; readonly reason: string; readonly watch?: boolean }

export const retryCommand = (deps: Deps) =>
  withExamples(
    new Command('retry')
      .argument('<run>', 'a run that has ended with a failed step')
      .option('--reason <text>', 'why; kept in the trail', 'retried by hand')
      .option('--watch', 'stay until it ends')
      .description('Run an ended run again from the step that failed')
      .action((runId: string, options: Omit<RetryOptions, 'runId'>) => retry(deps, { runId, ...options })),
    'nexusctl run retry deliver-order:NX-1042:1 --watch',
  )

export async function retry(deps: Deps, { runId, ...options }: RetryOptions): Promise<void> {
  const run = await deps.api.call('getRun', { params: { runId } })
  const step = failedStep(run)
  if (!step)
    throw fail('run.nothing_failed', 'conflict', `No step of run ${runId} has failed.`, `nexusctl run show ${runId}`)
  await resume(deps, { runId, from: step.name, ...options })
}
