import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { failedRun } from '../failure.ts'
import { failedStep } from '../run/run.ts'
import { watchRun } from '../run/watch.ts'
import { wholeNumber } from '../show.ts'
import { readValue } from './value.ts'

export type RotateOptions = {
  readonly tenant: string
  readonly name: string
  readonly file?: string
  readonly from?: number
  readonly apply?: boolean
}

export const rotateCommand = (deps: Deps) =>
  withExamples(
    new Command('rotate')
      .argument('<tenant>', 'whose secret it is')
      .argument('<name>', 'what it is called')
      .option('-f, --file <file>', 'where the new value is, - for stdin; left out, one is made that nobody has seen')
      .option('--from <version>', 'the version to leave; makes a repeat harmless', wholeNumber(1_000_000))
      .option('--apply', 'bring it to the instances that run with an older one, one by one, each checked')
      .description('Give a secret a new version')
      .action((tenant: string, name: string, options: Omit<RotateOptions, 'tenant' | 'name'>) =>
        rotate(deps, { tenant, name, ...options }),
      ),
    'nexusctl secret rotate acme SESSION_KEY',
    'nexusctl secret rotate acme SESSION_KEY --apply',
    'nexusctl secret rotate acme OPENCLAW_API_KEY --from 2 --file new-key',
  )

export async function rotate(deps: Deps, { tenant, name, file, from, apply = false }: RotateOptions): Promise<void> {
  const value = file === undefined ? undefined : await readValue(deps, file)
  const body = { value, from }
  const found = await deps.api.call('rotateSecret', {
    params: { tenant, name },
    body,
  })
  if (apply) await applied(deps, { tenant, name })
  deps.io.answer(
    found,
    () => `The new version is ${found.ref}\nSee who uses which: nexusctl secret where ${tenant} ${name}`,
  )
}

/** Minutes of work are a run: it is watched; where an instance did not get well, the run says so. */
async function applied(deps: Deps, params: { readonly tenant: string; readonly name: string }): Promise<void> {
  const { runId } = await deps.api.call('applySecret', { params })
  const run = await watchRun(deps, { runId })
  if (run.state === 'done') return
  const failure = run.failure ?? failedStep(run)?.failure
  throw failedRun({ id: run.id, state: run.state, ...(failure ? { failure } : {}) })
}
