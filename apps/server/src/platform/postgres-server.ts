import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { NexusError, toFailure } from './errors.ts'
import type { Log } from './log.ts'
import { type Owner, owned } from './postgres-engine.ts'

export type ServerPlace = {
  readonly engine: string
  readonly data: string
  /** A folder of its own, 0700: nothing else listens. */
  readonly socket: string
  readonly logFile: string
  readonly owner: Owner
  /** For the superuser, to see that it answers. */
  readonly probe: string
}

export type PostgresServer = {
  /** True when one was running already. */
  readonly adopted: boolean
  /** Looks after it: a server that is gone is started again. */
  readonly supervise: (log: Log) => void
  readonly stop: () => Promise<void>
}

const lookEveryMilliseconds = 500
const answerWithinSeconds = 60

async function answers(connection: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: connection, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

export async function runningPid(data: string): Promise<number | undefined> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes(data) ? pid : undefined
}

/** The server on this data: the one that runs, or a new one. Errors: `database.did_not_start`. */
export async function runServer(place: ServerPlace): Promise<PostgresServer> {
  const adopted = (await runningPid(place.data)) !== undefined
  await untilAnswers(place)
  let stopping = false
  let watching: Promise<void> | undefined
  const look = async (log: Log) => {
    if (stopping || (await runningPid(place.data)) !== undefined) return
    log.error('the embedded Postgres is gone: it is started again')
    await untilAnswers(place, () => stopping)
    log.info('the embedded Postgres answers again')
  }
  let timer: NodeJS.Timeout | undefined
  return {
    adopted,
    supervise: (log) => {
      timer = setInterval(() => {
        watching ??= look(log)
          .catch((thrown) => log.error({ failure: toFailure(thrown) }, 'the embedded Postgres could not be started'))
          .finally(() => {
            watching = undefined
          })
      }, lookEveryMilliseconds)
    },
    stop: async () => {
      stopping = true
      clearInterval(timer)
      await watching
      await stopServer(place.data)
    },
  }
}

/** Starts it where it does not run, again and again: what a killed one left may hold the data for a moment longer. */
async function untilAnswers(place: ServerPlace, given: () => boolean = () => false): Promise<void> {
  const limit = Date.now() + answerWithinSeconds * 1000
  let last = 0
  while (!(await answers(place.probe))) {
    if (given()) return
    if (Date.now() > limit) {
      throw new NexusError(
        'database.did_not_start',
        'unavailable',
        `The embedded Postgres did not answer within ${answerWithinSeconds} s.`,
        { hint: `Look at ${place.logFile}.` },
      )
    }
    if ((await runningPid(place.data)) === undefined && Date.now() - last > 1000) {
      last = Date.now()
      await begin(place)
    }
    await pause(50)
  }
}

async function begin({ engine, data, socket, logFile, owner }: ServerPlace): Promise<void> {
  const log = await open(logFile, 'a')
  const settings = ['listen_addresses=', 'max_connections=200', 'shared_buffers=128MB']
  const words = ['-D', data, '-k', socket, ...settings.flatMap((each) => ['-c', each])]
  const child = spawn(join(engine, 'bin/postgres'), words, {
    ...owned(owner),
    cwd: data,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.on('error', () => {})
  child.unref()
  await log.close()
}

/** SIGINT is Postgres' fast shutdown: clients are cut, everything committed is on disk. */
export async function stopServer(data: string): Promise<void> {
  const pid = await runningPid(data)
  if (pid === undefined) return
  process.kill(pid, 'SIGINT')
  const limit = Date.now() + 30_000
  while ((await runningPid(data)) === pid && Date.now() < limit) await pause(50)
}
