import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Api } from '../api.ts'
import type { Connection } from '../contexts.ts'
import type { Deps } from '../deps.ts'
import type { Io } from '../io.ts'

/** What the commands that the quickstart uses need: this terminal, this server. */
export const quickstartDeps = (io: Io, api: Api, connection: Connection): Deps => ({
  io,
  api,
  environment: process.env,
  chosen: {},
  connection: async () => connection,
  now: () => new Date(),
  pause: async (seconds, signal?: AbortSignal) => {
    await wait(seconds * 1000, undefined, signal ? { signal } : {}).catch(() => {})
  },
  readText: (file) => readFile(file === '-' ? '/dev/stdin' : file, 'utf8'),
  verdict: (exit) => {
    process.exitCode = exit
  },
  run: async () => {
    throw new Error('The quickstart runs no other program by a command.')
  },
})
