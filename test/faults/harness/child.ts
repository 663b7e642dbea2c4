import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { toFailure } from '../../../apps/server/src/platform/errors.ts'

/** A process of its own, with what it said so far. */
export type Child = {
  readonly pid: number
  readonly said: () => string
  readonly ended: Promise<number | null>
  /** How it ended; fails with what it said where it still lives then. */
  readonly endsWithin: (seconds: number) => Promise<number | null>
  readonly alive: () => boolean
  /** It lives, and would answer. */
  readonly awake: () => boolean
  readonly signal: (signal: NodeJS.Signals) => void
  /** Hands it a message and waits until it was taken. */
  readonly tell: (message: object) => Promise<void>
}

export function startChild(
  file: string,
  words: readonly string[],
  environment: Record<string, string>,
  imports: readonly string[] = [],
): Child {
  const child: ChildProcess = fork(file, [...words], {
    execArgv: imports.flatMap((each) => ['--import', each]),
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_NO_WARNINGS: '1',
      NODE_COMPILE_CACHE: join(tmpdir(), 'nexus-compile-cache'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  const keep = (part: Buffer) => {
    said = (said + part.toString()).slice(-20_000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.on('error', () => {})
  let over = false
  let stopped = false
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      over = true
      resolve(code)
    }),
  )
  return {
    pid: child.pid ?? 0,
    said: () => said,
    ended,
    endsWithin: async (seconds) => {
      await until('the process has ended', seconds, () => over).catch((thrown) => {
        throw new Error(`${toFailure(thrown).message}: ${said}`)
      })
      return ended
    },
    alive: () => !over,
    awake: () => !over && !stopped,
    signal: (signal) => {
      if (signal === 'SIGSTOP') stopped = true
      if (signal === 'SIGCONT') stopped = false
      child.kill(signal)
    },
    tell: (message) =>
      new Promise((resolve, reject) => {
        if (over) return resolve()
        child.once('message', () => resolve())
        void ended.then(() => resolve())
        child.send(message, (error) => error && reject(error))
      }),
  }
}

/** The answer as soon as there is one; fails with the sentence when the time is over. */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const limit = performance.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > limit) throw new Error(`Not within ${seconds} s: ${what}`)
    await pause(25)
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const at = probe.address()
      probe.close(() => resolve(typeof at === 'object' && at ? at.port : 0))
    })
  })
