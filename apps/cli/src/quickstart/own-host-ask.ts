import { readFileSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { fail } from '../failure.ts'

export const onTerminal = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY)

/** True only for a plain yes. */
export async function askYes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const left = new Promise<string>((done) => {
    lines.once('SIGINT', () => done('no'))
    lines.once('close', () => done('no'))
  })
  try {
    const said = await Promise.race([lines.question(`${question} [y/N] `), left])
    return /^y(es)?$/i.test(said.trim())
  } catch {
    return false
  } finally {
    lines.close()
  }
}

/** What is typed is not shown. */
export function askSecret(question: string): Promise<string> {
  return new Promise((done, refuse) => {
    const { stdin, stderr } = process
    let typed = ''
    const finish = () => {
      stdin.off('data', take)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
    }
    const take = (chunk: Buffer) => {
      for (const letter of chunk.toString('utf8')) {
        if (letter === '\r' || letter === '\n') {
          finish()
          return done(typed)
        }
        if (letter === '\u0003' || letter === '\u0004') {
          finish()
          return refuse(fail('quickstart.interrupted', 'usage', 'Nothing was typed; nothing was changed.'))
        }
        if (letter === '\u007f' || letter === '\b') typed = typed.slice(0, -1)
        else typed += letter
      }
    }
    stderr.write(question)
    stdin.setRawMode(true)
    stdin.resume()
    stdin.on('data', take)
  })
}

/** A password in a file that only its owner may read. */
export function secretFile(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) throw fail('quickstart.no_password_file', 'usage', `There is no file ${file}.`)
  if ((found.mode & 0o077) !== 0)
    throw fail('quickstart.password_file_open', 'usage', `Others may read ${file}.`, `chmod 600 ${file}`)
  return (readFileSync(file, 'utf8').split('\n')[0] ?? '').replace(/\r$/, '')
}
