import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

type Answer = {
  readonly accepted: boolean
  readonly stack?: { readonly name: string; readonly release: string; readonly runtime: string }
  readonly problems: readonly { readonly path: string; readonly message: string }[]
  readonly warnings: readonly { readonly path: string; readonly message: string }[]
}

export type CheckOptions = { readonly folder: string; readonly manifest: string }

export const checkCommand = (deps: Deps) =>
  withExamples(
    new Command('check')
      .argument('<folder>', 'below the folder of stacks on the control plane')
      .option('--manifest <file>', 'the manifest in that folder', 'stack.yaml')
      .description('Judge a stack: 0 when it is accepted, 1 with warnings, 2 when it is refused')
      .action((folder: string, options: Omit<CheckOptions, 'folder'>) => check(deps, { folder, ...options })),
    'nexusctl stack check reference',
    'nexusctl stack check acme --manifest stack.compose.yaml -o json',
  )

export async function check({ api, io, verdict }: Deps, { folder, manifest }: CheckOptions): Promise<void> {
  const found = await api.call<Answer>('checkStackNow', { body: { folder, manifest } })
  verdict(!found.accepted ? 2 : found.warnings.length > 0 ? 1 : 0)
  io.answer(found, () =>
    [
      ...found.problems.map(({ path, message }) => `FAIL: ${path ? `${path}: ` : ''}${message}`),
      ...found.warnings.map(({ path, message }) => `WARN: ${path ? `${path}: ` : ''}${message}`),
      found.accepted
        ? `Accepted: ${found.stack ? `${found.stack.name} ${found.stack.release} for ${found.stack.runtime}` : folder}`
        : `Refused: ${folder} has ${found.problems.length} problem${found.problems.length === 1 ? '' : 's'}.`,
    ].join('\n'),
  )
}
