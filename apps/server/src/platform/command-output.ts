import { execFileSync } from 'node:child_process'

/** What a program says, once, at the start: no shell, nothing of our environment but the path, 30 s at most. */
export function outputOf([program = '', ...words]: readonly string[], path: string | undefined): string {
  return execFileSync(program, words, {
    encoding: 'utf8',
    timeout: 30_000,
    maxBuffer: 65_536,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: path === undefined ? {} : { PATH: path },
  })
}
