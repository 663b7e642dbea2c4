import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

export type NodeKeeper = {
  readonly pid: () => number | undefined
  /** It ended by itself, as it does where its settings are refused: nobody starts it again. */
  readonly ended: () => boolean
  readonly stop: () => Promise<void>
}

/**
 * Runs nexusd and starts it again when it dies, so that one may kill it in the middle and watch the run go on. Its log
 * goes to a file. `detached` lets it outlive this process (for --keep): then nobody starts it again.
 */
export async function keepNode({
  program,
  words,
  environment,
  log,
  pidFile,
  detached,
  say,
}: {
  program: string
  words: readonly string[]
  environment: NodeJS.ProcessEnv
  log: string
  /** Holds the process id of whichever nexusd runs now. */
  pidFile: string
  detached: boolean
  say: (line: string) => void
}): Promise<NodeKeeper> {
  let child: ChildProcess | undefined
  let stopping = false
  const file = await open(log, 'a')
  const start = () => {
    child = spawn(program, [...words], { env: environment, stdio: ['ignore', file.fd, file.fd], detached })
    if (detached) child.unref()
    if (child.pid !== undefined) writeFileSync(pidFile, String(child.pid))
    child.on('exit', (code, signal) => {
      if (stopping || detached) return
      if (signal === null) return say(`nexusd ended by itself (exit ${code}); its log says why: ${log}`)
      say(`nexusd was ended by ${signal}; starting it again, the run goes on where it was`)
      setTimeout(start, 300)
    })
  }
  start()
  return {
    pid: () => child?.pid,
    ended: () => child?.exitCode !== null,
    stop: async () => {
      stopping = true
      await endProcess(child?.pid)
      await file.close()
    },
  }
}

/** SIGTERM, then SIGKILL after 40 s: nexusd drains running steps first. */
export async function endProcess(pid: number | undefined): Promise<void> {
  if (pid === undefined || !alive(pid)) return
  process.kill(pid, 'SIGTERM')
  for (let tries = 0; tries < 400; tries += 1) {
    if (!alive(pid)) return
    await pause(100)
  }
  process.kill(pid, 'SIGKILL')
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until `/ready` answers 200; a node that never does is an error with the end of its log. */
export async function untilReady(keeper: NodeKeeper, server: string, log: string, seconds: number): Promise<void> {
  const limit = Date.now() + seconds * 1000
  let last = 'no answer'
  while (Date.now() < limit && !keeper.ended()) {
    const answer = await fetch(`${server}/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
    if (answer?.ok) return
    if (answer) last = `${answer.status}: ${(await answer.text()).slice(0, 600)}`
    await pause(200)
  }
  const { readFile } = await import('node:fs/promises')
  const tail = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n')
  throw new Error(`nexusd did not become ready within ${seconds} s (${last}). The end of ${log}:\n${tail}`)
}
