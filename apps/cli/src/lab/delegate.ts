import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Deps } from '../deps.ts'
import { fail } from '../failure.ts'

const program = resolve(import.meta.dirname, '../../../../lab/src/main.ts')

/** The lab is a tool of its own, with the same words; it writes tables and JSON. */
export async function delegate({ io, run, verdict }: Deps, words: readonly string[]): Promise<void> {
  if (!existsSync(program)) {
    throw fail('cli.no_lab', 'unavailable', 'The lab is part of the checkout of Nexus, and this is none.')
  }
  const json = io.format === 'table' ? [] : ['-o', 'json']
  verdict(await run(process.execPath, [program, ...words, ...json]))
}

/** `--name value` where it was given. */
export const passedOn = (name: string, value: string | undefined): string[] =>
  value === undefined ? [] : [name, value]
