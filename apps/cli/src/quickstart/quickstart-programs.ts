import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** The checkout that this runs from. */
export const root = resolve(import.meta.dirname, '../../../..')
export const node = process.execPath

/** Its stdout is talk too, so it goes to our stderr: stdout belongs to the one JSON object. */
export const finish = (program: string, words: readonly string[], output: 'talk' | 'ignore'): Promise<number> =>
  new Promise((done, fail) => {
    const child = spawn(program, [...words], { cwd: root, stdio: ['ignore', output === 'talk' ? 2 : 'ignore', 2] })
    child.on('error', fail)
    child.on('close', (code) => done(code ?? 1))
  })
