import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { duration } from '../io.ts'
import { patiently, stepTeller, wakes } from '../watching.ts'
import { failedStep, type RunDetail, secondsOf } from './run.ts'

export const watchCommand = (deps: Deps) =>
  withExamples(
    new Command('watch')
      .argument('<run>', 'the run, as listed by `nexusctl run list`')
      .description('Follow a run until it ends: 0 when it is done, 1 otherwise')
      .action((runId: string) => watch(deps, { runId })),
    'nexusctl run watch deliver-order:NX-1042:1',
    'nexusctl run watch deliver-order:NX-1042:1 -o json',
  )

export async function watch(deps: Deps, { runId }: { readonly runId: string }): Promise<void> {
  const run = await watchRun(deps, { runId })
  deps.verdict(run.state === 'done' ? 0 : 1)
  deps.io.answer(run, () => endOfRun(run, deps.now()))
}

export async function watchRun(deps: Deps, { runId }: { readonly runId: string }): Promise<RunDetail> {
  const asking = patiently(deps)
  const tell = stepTeller(deps.io, deps.now)
  const woken = wakes(deps, (happening) => happening.run === runId)
  try {
    for (;;) {
      const run = await asking(() => deps.api.call('getRun', { params: { runId }, timeoutSeconds: 15 }))
      tell(run, run.state)
      if (run.state !== 'running') return run
      await woken.next(deps.io.terminal ? 1 : 2)
    }
  } finally {
    woken.stop()
  }
}

function endOfRun(run: RunDetail, now: Date): string {
  const took = duration(secondsOf(run.startedAt, run.endedAt, now))
  if (run.state === 'done') return `Run ${run.id} is done after ${took}.`
  const step = failedStep(run)
  const failure = run.failure ?? step?.failure
  return [
    `Run ${run.id} is ${run.state} after ${took}.`,
    ...(step ? [`It ended at: ${step.name}`] : []),
    ...(failure ? [`${failure.message} (${failure.code})`] : []),
    ...(failure?.hint ? [`hint: ${failure.hint}`] : []),
    ...(step ? ['Go on:', `  nexusctl run resume ${run.id} --from ${quoted(step.name)}`] : []),
  ].join('\n')
}

/** As a shell takes it as one word. */
const quoted = (name: string): string =>
  name.includes("'") ? `"${name.replaceAll(/(["$`\\])/g, '\\$1')}"` : `'${name}'`
