import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor'
import pg from 'pg'
import type { Database } from './db.ts'
import { type FlowEngine, flowEngine, flowQueue, registerEngineDatabase } from './durable.ts'
import { toFailure } from './errors.ts'
import type { Log } from './log.ts'

const lockSpace = 7001
const beatEverySeconds = 1
const staleAfterSeconds = 10
const reapEverySeconds = 1
/** One constant version: recovery sees only its own, and a flow is changed by DBOS.patch, never by routing. */
const version = 'nexus'

export type Executor = {
  readonly id: string
  readonly engine: FlowEngine
  readonly stop: (drainSeconds: number) => Promise<void>
}

/**
 * Joins the nodes that work on this database: takes a lock on a connection of its own, launches the engine, beats, and
 * takes over the work of nodes whose lock is free or whose heartbeat stopped. `url` must be a direct connection (a
 * transaction-mode pooler breaks the lock). Define every flow before.
 */
export async function joinExecutors({
  db,
  url,
  log,
  workers,
  onLost,
}: {
  db: Database
  url: string
  log: Log
  workers: number
  onLost: () => void
}): Promise<Executor> {
  const id = `${hostname()}-${randomUUID()}`
  const row = await db.row<{ lock_key: number }>('insert into executor (id) values ($1) returning lock_key', [id])
  const key = row?.lock_key ?? 0
  let stopping = false
  let lease = await hold(url, key)
  const watchLease = (client: pg.Client) => {
    client.on('error', () => {})
    client.on('end', () => {
      if (!stopping) void retake()
    })
  }
  const retake = async () => {
    const limit = Date.now() + 10_000
    while (!stopping && Date.now() < limit) {
      try {
        lease = await hold(url, key)
        watchLease(lease)
        return
      } catch (thrown) {
        if (toFailure(thrown).message === 'taken') return onLost()
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
    if (!stopping) onLost()
  }
  watchLease(lease)

  registerEngineDatabase(db)
  DBOS.setConfig({
    name: 'nexus',
    systemDatabaseUrl: url,
    systemDatabasePoolSize: 15,
    executorID: id,
    applicationVersion: version,
    enablePatching: true,
    // What matters is in the rows of the run; the engine's own lines would repeat each failure with its stack.
    logger: {
      info: () => {},
      debug: () => {},
      warn: (entry) => log.warn(String(entry)),
      error: (entry) => log.debug(String(entry)),
    },
  })
  await DBOS.launch()
  await DBOS.registerQueue(flowQueue, { workerConcurrency: workers, minPollingIntervalMs: 100 })
  const client = await DBOSClient.create({
    systemDatabaseUrl: url,
    systemDatabasePoolSize: 2,
    applicationName: 'nexus',
  })

  const beat = setInterval(() => {
    db.rows('update executor set beat = now() where id = $1', [id]).catch(() => {})
  }, beatEverySeconds * 1000)
  let reaping = false
  const reap = setInterval(() => {
    if (reaping) return
    reaping = true
    takeOverDead(db, id, log)
      .catch((thrown) => log.warn({ failure: toFailure(thrown) }, 'could not look for dead nodes'))
      .finally(() => {
        reaping = false
      })
  }, reapEverySeconds * 1000)

  return {
    id,
    engine: flowEngine(client, version),
    stop: async (drainSeconds) => {
      stopping = true
      clearInterval(beat)
      clearInterval(reap)
      await DBOS.shutdown({ workflowCompletionTimeoutMS: drainSeconds * 1000 })
      await client.destroy()
      await lease.end()
    },
  }
}

async function hold(url: string, key: number): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'nexus-lease', keepAlive: true })
  client.on('error', () => {})
  await client.connect()
  const held = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1, $2) as ok', [lockSpace, key])
  if (held.rows[0]?.ok) return client
  await client.end()
  throw new Error('taken')
}

/** A node is dead when its lock can be had, or when it stopped beating (a stopped process keeps its session). */
async function takeOverDead(db: Database, own: string, log: Log): Promise<void> {
  const others = await db.rows<{ id: string; lock_key: number; stale: boolean }>(
    `select id, lock_key, now() - beat > make_interval(secs => $2) as stale from executor where id <> $1 and dead_at is null`,
    [own, staleAfterSeconds],
  )
  for (const other of others) {
    await db.inTransaction(async (tx) => {
      const free = await tx.row<{ ok: boolean }>('select pg_try_advisory_xact_lock($1, $2) as ok', [
        lockSpace,
        other.lock_key,
      ])
      const mine = await tx.row(
        'select 1 as ok from executor where id = $1 and dead_at is null for update skip locked',
        [other.id],
      )
      if (!mine || !(free?.ok || other.stale)) return
      const recovered = (await DBOSExecutor.globalInstance?.recoverPendingWorkflows([other.id])) ?? []
      await tx.rows('update executor set dead_at = now() where id = $1', [other.id])
      log.info({ node: other.id, runs: recovered.length }, 'took over the runs of a node that is gone')
    })
  }
}
