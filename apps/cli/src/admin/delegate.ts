import { resolve } from 'node:path'
import type { Deps } from '../deps.ts'

const program = resolve(import.meta.dirname, '../../../server/src/admin.ts')

/** These verbs work on the files and the database of nexusd on this machine, also while it is down: no API is asked. */
export async function delegate({ io, run, verdict }: Deps, words: readonly string[]): Promise<void> {
  const json = io.format === 'table' ? [] : ['--json']
  verdict(await run(process.execPath, [program, ...words, ...json]))
}

/** `--name value` for each that was given, `--name` for a switch that is on. */
export const passedOn = (options: Readonly<Record<string, string | boolean | undefined>>): string[] =>
  Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return []
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [flag] : [flag, value]
  })
