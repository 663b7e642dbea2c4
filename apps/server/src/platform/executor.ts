import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor'
import pg from 'pg'
import type { Database } from './db.ts'
import { admitSteps, drainSteps, wouldDiverge } from './durable.ts'
import { registerEngineDatabase } from './engine-database.ts'
import { enginePool } from './engine-pool.ts'
import { NexusError, type Problem, toFailure } from './errors.ts'
import { type FlowEngine, flowEngine, flowQueue } from './flow-engine.ts'
import type { Log } from './log.ts'

const lockSpace = 7001
const leaseName = 'nexus-lease'
const beatEverySeconds = 1
/** How long a heartbeat stands still until its node counts as gone: with its lock free, and with its lock still held. */
const goneAfterSeconds = { free: 2, held: 10 }
const reapEverySeconds = 0.5
/** One constant version: recovery sees only its own, and a flow is changed by DBOS.patch, never by routing. */
const version = 'nexus'

export type Executor = {
  readonly id: string
  readonly engine: FlowEngine
  /** False from when the lease is lost until it is held again, and once the node stops. */
  readonly holds: () => boolean
  /** Lets running steps come to their end, for so long; what is unfinished is taken over by whoever comes next. */
  readonly stop: (drainSeconds: number) => Promise<void>
}

/**
 * Joins the nodes that work on this database: takes a lock on a connection of its own, launches the engine, beats, and
 * takes over the work of nodes whose lock is free or whose heartbeat stopped. `url` must be a direct connection (a
 * transaction-mode pooler breaks the lock). Define every flow before. `onLost`: the others took this node for dead and
 * go on with its runs, so it must stop.
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
  await refuseDivergence(db, url)
  const id = `${hostname()}-${process.pid}-${randomUUID()}`
  const row = await db.row<{ lock_key: number }>('insert into executor (id) values ($1) returning lock_key', [id])
  const key = row?.lock_key ?? 0
  let stopping = false
  let held = true
  let lease = await hold(url, key)
  /** Whatever ends the connection, the lock is taken again for as long as nobody took this node for dead. */
  const watchLease = (client: pg.Client) => {
    client.on('error', () => {})
    client.on('end', () => {
      held = false
      if (!stopping) void retake()
    })
  }
  const retake = async () => {
    while (!stopping) {
      const fresh = await hold(url, key).catch(() => undefined)
      if (fresh) {
        lease = fresh
        held = true
        return stopping ? void lease.end() : watchLease(lease)
      }
      await pause(250)
    }
  }
  watchLease(lease)

  registerEngineDatabase(db)
  admitSteps()
  const [pool, clientPool] = [enginePool(url, 16), enginePool(url, 2)]
  DBOS.setConfig({
    name: 'nexus',
    systemDatabaseUrl: url,
    systemDatabasePool: pool,
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
    systemDatabasePool: clientPool,
    applicationName: 'nexus',
  })

  const lost = () => {
    if (stopping) return
    log.error({ node: id }, 'other nodes took this one for dead and go on with its runs: it stops')
    onLost()
  }
  const beat = every(beatEverySeconds, async () => {
    const alive = await db.row('update executor set beat = now() where id = $1 and dead_at is null returning id', [id])
    if (!alive) lost()
  })
  const watch = watchOthers()
  const reap = every(reapEverySeconds, async () => {
    try {
      await takeOverDead(db, id, watch, log)
    } catch (thrown) {
      // What was seen before the database was away says nothing about who lives now.
      watch.forget()
      log.warn({ failure: toFailure(thrown) }, 'could not look for dead nodes')
    }
  })

  return {
    id,
    engine: flowEngine(db, client, version),
    holds: () => held && !stopping,
    stop: async (drainSeconds) => {
      stopping = true
      reap.stop()
      if ((await drainSteps(drainSeconds)) === 'late')
        log.warn('a step was still running: whoever takes over runs it again')
      await DBOS.shutdown()
      await client.destroy()
      await Promise.all([pool.end(), clientPool.end()])
      beat.stop()
      await lease.end()
    },
  }
}

/** A run that this version would tell otherwise than it was begun is named, and nothing is started. */
async function refuseDivergence(db: Database, url: string): Promise<void> {
  const known = await db.row<{ found: string | null }>(`select to_regclass('dbos.workflow_status') as found`)
  if (!known?.found) return
  const runs = await db.rows<{ id: string; flow: string; input: unknown }>(
    `select id, flow, input from run join dbos.workflow_status on workflow_uuid = id
      where status in ('PENDING', 'ENQUEUED', 'DELAYED') order by id`,
  )
  if (runs.length === 0) return
  const pool = enginePool(url, 2)
  const client = await DBOSClient.create({
    systemDatabaseUrl: url,
    systemDatabasePool: pool,
    applicationName: 'nexus',
  })
  const problems: Problem[] = []
  try {
    for (const { id, flow, input } of runs) {
      const steps = (await client.listWorkflowSteps(id)) ?? []
      const recorded = steps.map(({ functionID, ...rest }) => ({ ...rest, position: functionID }))
      const message = await wouldDiverge(flow, input, recorded)
      if (message) problems.push({ path: id, message })
    }
  } finally {
    await client.destroy()
    await pool.end()
  }
  if (problems.length === 0) return
  throw new NexusError(
    'engine.would_diverge',
    'conflict',
    `This version would not go on with ${problems.length} of ${runs.length} runs as they were begun.`,
    { problems, hint: 'Let the version that began them finish or cancel them first: nexusctl run list' },
  )
}

/** Does the work every so often, never twice at once; what it throws is for the next time. */
function every(seconds: number, work: () => Promise<void>): { readonly stop: () => void } {
  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    work()
      .catch(() => {})
      .finally(() => {
        running = false
      })
  }, seconds * 1000)
  return { stop: () => clearInterval(timer) }
}

/** The lock of this node; a connection of its own that was cut and still holds it on the other side is ended. */
async function hold(url: string, key: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: leaseName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(
      `select pg_terminate_backend(held.pid) from pg_locks held join pg_stat_activity using (pid)
        where held.locktype = 'advisory' and held.classid = $1 and held.objid = $2 and application_name = $3`,
      [lockSpace, key, leaseName],
    )
    const held = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1, $2) as ok', [lockSpace, key])
    if (held.rows[0]?.ok) return client
    throw new Error('The lock of this node is still held.')
  } catch (thrown) {
    await client.end().catch(() => {})
    throw thrown
  }
}

type Watch = {
  /** For how long this heartbeat was seen standing still, by a clock that nobody can set. */
  readonly stillFor: (node: string, beat: string) => number
  readonly forget: () => void
}

function watchOthers(): Watch {
  const seen = new Map<string, { readonly beat: string; readonly since: number }>()
  return {
    stillFor: (node, beat) => {
      const at = performance.now()
      const before = seen.get(node)
      if (before?.beat === beat) return (at - before.since) / 1000
      seen.set(node, { beat, since: at })
      return 0
    },
    forget: () => seen.clear(),
  }
}

/**
 * A node is dead when its heartbeat stood still: shortly where its lock can be had, longer where it cannot (a stopped
 * process keeps its session). One that was dead already and came by a run since then is looked at again.
 */
async function takeOverDead(db: Database, own: string, watch: Watch, log: Log): Promise<void> {
  const others = await db.rows<{ id: string; lock_key: number; beat: string }>(
    `select id, lock_key, beat::text from executor
      where id <> $1
        and (dead_at is null or exists (select from dbos.workflow_status where executor_id = executor.id and status = 'PENDING'))`,
    [own],
  )
  for (const other of others) {
    const still = watch.stillFor(other.id, other.beat)
    if (still < goneAfterSeconds.free) continue
    const dead = await db.inTransaction(async (tx) => {
      const free = await tx.row<{ ok: boolean }>('select pg_try_advisory_xact_lock($1, $2) as ok', [
        lockSpace,
        other.lock_key,
      ])
      const same = await tx.row(
        'select 1 as ok from executor where id = $1 and beat::text = $2 for update skip locked',
        [other.id, other.beat],
      )
      if (!same || !(free?.ok || still >= goneAfterSeconds.held)) return false
      await tx.rows('update executor set dead_at = coalesce(dead_at, now()) where id = $1', [other.id])
      return true
    })
    if (!dead) continue
    // It may wait for a transaction that the other left open; by then it is dead for good, and ends when it comes back.
    const recovered = (await DBOSExecutor.globalInstance?.recoverPendingWorkflows([other.id])) ?? []
    log.info({ node: other.id, runs: recovered.length }, 'took over the runs of a node that is gone')
  }
}
