import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'

export type CheckOptions = {
  readonly folder: string
  readonly manifest: string
  readonly fix?: boolean
  readonly out?: string
}

export const checkCommand = (deps: Deps) =>
  withExamples(
    new Command('check')
      .argument('<folder>', 'below the folder of stacks on the control plane')
      .option('--manifest <file>', 'the manifest in that folder', 'stack.yaml')
      .option('--fix', 'write the version of its Compose file that is accepted')
      .option('--out <file>', 'with --fix, where to; - for stdout (default: beside you, as *.accepted.yaml)')
      .description('Judge a stack: 0 when it is accepted, 1 with warnings, 2 when it is refused')
      .action((folder: string, options: Omit<CheckOptions, 'folder'>) =>
        options.fix ? fix(deps, { folder, ...options }) : check(deps, { folder, ...options }),
      ),
    'nexusctl stack check reference',
    'nexusctl stack check acme --fix --out compose.yaml',
    'nexusctl stack check acme --manifest stack.compose.yaml -o json',
  )

export async function check({ api, io, verdict }: Deps, { folder, manifest }: CheckOptions): Promise<void> {
  const found = await api.call('checkStackNow', { body: { folder, manifest } })
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

/** 0 when what was written is accepted, 2 when a person must decide about the rest. */
export async function fix({ api, io, verdict }: Deps, { folder, manifest, out }: CheckOptions): Promise<void> {
  const found = await api.call('fixStack', { body: { folder, manifest } })
  verdict(found.accepted ? 0 : 2)
  if (io.format !== 'table') return io.answer(found, () => '')
  for (const { path, message } of found.changes) io.say(`CHANGED: ${path}: ${message}`)
  for (const { path, message } of found.left) io.say(`FAIL: ${path ? `${path}: ` : ''}${message}`)
  if (found.left.length > 0) io.say('Each of these needs a change by hand, or a named exception in the manifest.')
  if (out === '-') return io.print(found.text.trimEnd())
  const file = out ?? acceptedName(found.file)
  await writeFile(file, found.text)
  const said = found.accepted ? 'the version that is accepted' : 'as near as it can be made'
  io.answer(found, () => `Written: ${file}, ${said}. Compare it with ${found.file} before it takes its place.`)
}

/** Beside, never over, what the author wrote: `compose.yaml` becomes `compose.accepted.yaml` here. */
function acceptedName(file: string): string {
  const name = file.replace(/^.*[\\/]/, '').replace(/[^\w.-]/g, '_')
  return name.replace(/(\.ya?ml)?$/i, (ending) => `.accepted${ending || '.yaml'}`)
}
