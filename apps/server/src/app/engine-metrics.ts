import { Gauge, Histogram, type Registry } from 'prom-client'
import type { Database } from '../platform/db.ts'
import { watchSteps } from '../platform/durable.ts'

type Count = { readonly flow?: string; readonly state?: string; readonly count: number }

/** Runs, steps, the queue, promises, nodes and the pool: asked of the database when somebody looks, steps as they end. */
export function watchEngine(metrics: Registry, db: Database): void {
  const registers = [metrics]
  const steps = new Histogram({
    name: 'nexus_step_seconds',
    help: 'How long tries of steps took on this node, by flow and outcome.',
    labelNames: ['flow', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300],
    registers,
  })
  watchSteps((flow, outcome, seconds) => steps.observe({ flow, outcome }, seconds))

  const asked = (name: string, help: string, labelNames: readonly ('flow' | 'state')[], sql: string) =>
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        // Where the database is away the figure is missing, which is honest; nought would not be.
        const rows = await db.rows<Count>(sql).catch(() => undefined)
        this.reset()
        if (!rows && labelNames.length === 0) this.set(Number.NaN)
        for (const { count, ...labels } of rows ?? []) this.set(labels, count)
      },
    })

  asked(
    'nexus_runs',
    'Runs by flow and state.',
    ['flow', 'state'],
    `select flow, coalesce(outcome, 'running') as state, count(*) as count from run group by 1, 2`,
  )
  asked(
    'nexus_queue_runs',
    'Runs in the queue of the engine that wait for a worker or have one.',
    ['state'],
    `select case status when 'ENQUEUED' then 'waiting' else 'working' end as state, count(*) as count
     from dbos.workflow_status where status in ('ENQUEUED', 'PENDING') group by 1`,
  )
  asked(
    'nexus_queue_oldest_seconds',
    'How long the run that waits longest for a worker has waited.',
    [],
    `select coalesce(extract(epoch from now()) - min(created_at) / 1000.0, 0)::float8 as count
     from dbos.workflow_status where status = 'ENQUEUED'`,
  )
  asked(
    'nexus_promises_overdue',
    'Promises whose due time is more than a minute ago.',
    [],
    `select count(*) as count from promise where started_at is null and due_at < now() - interval '1 minute'`,
  )
  asked(
    'nexus_nodes',
    'Nodes that beat within the last ten seconds.',
    [],
    `select count(*) as count from executor where dead_at is null and beat > now() - interval '10 seconds'`,
  )
  new Gauge({
    name: 'nexus_database_connections',
    help: 'Connections of the pool of this node: busy, idle, and callers that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      const { totalCount, idleCount, waitingCount } = db.pool
      this.set({ state: 'busy' }, totalCount - idleCount)
      this.set({ state: 'idle' }, idleCount)
      this.set({ state: 'waiting' }, waitingCount)
    },
  })
}
