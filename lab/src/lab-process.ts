import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { LabError } from './lab-error.ts'

export type RunOptions = { readonly timeoutSeconds?: number; readonly env?: NodeJS.ProcessEnv; readonly input?: string }

/** Runs one command of the machine, words not a shell line, and answers what it wrote. */
export function run(words: readonly string[], options: RunOptions = {}): Promise<string> {
  const [command = '', ...rest] = words
  return new Promise((answer, fail) => {
    const child = execFile(
      command,
      rest,
      {
        timeout: (options.timeoutSeconds ?? 60) * 1000,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, LC_ALL: 'C', ...options.env },
      },
      (error, stdout, stderr) => {
        if (!error) return answer(stdout)
        const tail = `${stdout}\n${stderr}`.trim().split('\n').slice(-6).join('\n')
        fail(new LabError('lab.command_failed', `\`${words.join(' ')}\` failed: ${tail || error.message}`))
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input ?? '')
  })
}

export async function succeeds(words: readonly string[], options?: RunOptions): Promise<boolean> {
  try {
    await run(words, options)
    return true
  } catch {
    return false
  }
}

/** Looks again until it is so, or the limit is over. */
export async function waitFor(
  what: string,
  seconds: number,
  isSo: () => Promise<boolean> | boolean,
  everyMs = 40,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new LabError('lab.timed_out', `Waited ${seconds} s for ${what}.`)
    await pause(everyMs)
  }
}

/** The words a process was started with; empty when there is no such process (or only its shell is left). */
export async function wordsOf(pid: number): Promise<string[]> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1)
  } catch {
    return []
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
