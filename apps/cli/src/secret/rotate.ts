import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { wholeNumber } from '../show.ts'
import { readValue } from './value.ts'

export type RotateOptions = {
  readonly tenant: string
  readonly name: string
  readonly file?: string
  readonly from?: number
}

export const rotateCommand = (deps: Deps) =>
  withExamples(
    new Command('rotate')
      .argument('<tenant>', 'whose secret it is')
      .argument('<name>', 'what it is called')
      .option('-f, --file <file>', 'where the new value is, - for stdin; left out, one is made that nobody has seen')
      .option('--from <version>', 'the version to leave; makes a repeat harmless', wholeNumber(1_000_000))
      .description('Give a secret a new version')
      .action((tenant: string, name: string, options: Omit<RotateOptions, 'tenant' | 'name'>) =>
        rotate(deps, { tenant, name, ...options }),
      ),
    'nexusctl secret rotate acme SESSION_KEY',
    'nexusctl secret rotate acme OPENCLAW_API_KEY --from 2 --file new-key',
  )

export async function rotate(deps: Deps, { tenant, name, file, from }: RotateOptions): Promise<void> {
  const value = file === undefined ? undefined : await readValue(deps, file)
  const body = { value, from }
  const found = await deps.api.call('rotateSecret', {
    params: { tenant, name },
    body,
  })
  deps.io.answer(
    found,
    () => `The new version is ${found.ref}\nSee who uses which: nexusctl secret where ${tenant} ${name}`,
  )
}
