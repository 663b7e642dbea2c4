import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A process that keeps the trail; with a moment it stops there. */
export function startKeeper(url: string, folder: string, moment?: number) {
  const child: ChildProcess = fork(
    join(import.meta.dirname, 'trail-keeper.ts'),
    [url, folder, String(moment ?? 'none')],
    {
      execArgv: [],
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_NO_WARNINGS: '1',
        NODE_COMPILE_CACHE: join(tmpdir(), 'nexus-compile-cache'),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  let said = ''
  child.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString()).slice(-4000)
  })
  const reached: string[] = []
  const waiting: (() => void)[] = []
  child.on('message', ({ at }: { at: string }) => {
    reached.push(at)
    for (const each of waiting) each()
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    ended,
    kill: () => child.kill('SIGKILL'),
    /** Where it is: at work, or stopped at its moment. Fails with what it said when it ended before. */
    reached: (what: 'work' | 'moment'): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = () => {
          const at = reached[what === 'work' ? 0 : 1]
          if (at !== undefined) resolve(at)
        }
        waiting.push(look)
        look()
        void ended.then(() => reject(new Error(`A keeper ended by itself: ${said}`)))
      }),
  }
}
