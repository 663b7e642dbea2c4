import { DBOS, type DBOSClient } from '@dbos-inc/dbos-sdk'
import type { Actor } from './actor.ts'
import { now } from './clock.ts'
import type { Database, Tx } from './db.ts'
import { NexusError } from './errors.ts'
import { traceParent } from './tracing.ts'

export const flowQueue = 'flows'

export type Flow<Input> = { readonly name: string; readonly input?: Input }

export type StartOptions = { readonly id: string; readonly subject: string; readonly actor: Actor }

export type FlowEngine = {
  /** Starts a flow in the caller's transaction; an id that was started before is left as it is. */
  readonly start: <Input extends object>(
    tx: Tx,
    flow: Flow<Input>,
    input: Input,
    options: StartOptions,
  ) => Promise<void>
  /** Runs a finished or failed run again from a step on, under its own id. */
  readonly resume: (run: string, fromPosition: number) => Promise<void>
  /** Lets go of what runs that ended before would need to go on, a portion at a time; answers how many. */
  readonly forget: (before: Date) => Promise<number>
}

export function flowEngine(db: Database, client: DBOSClient, version: string): FlowEngine {
  return {
    start: async (tx, flow, input, { id, subject, actor }) => {
      const fresh = await tx.row(
        `insert into run (id, flow, subject, started_by, started_at, input, trace_parent)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
        [id, flow.name, subject, actor.onBehalfOf ?? actor.id, now(), JSON.stringify(input), traceParent() ?? null],
        'start-run',
      )
      if (!fresh) {
        if (await tx.row('select 1 as ok from run where id = $1', [id])) return
        throw new NexusError(
          'run.already_active',
          'conflict',
          `Another run of ${flow.name} for ${subject} has not ended.`,
          {
            hint: 'nexusctl run list',
          },
        )
      }
      await client.enqueueInTransaction(
        tx.client,
        { queueName: flowQueue, workflowName: flow.name, workflowID: id, appVersion: version },
        input,
      )
    },
    forget: async (before) => {
      const old = await db.rows<{ id: string }>(
        `select id from run join dbos.workflow_status on workflow_uuid = id
          where ended_at < $1 and status not in ('PENDING', 'ENQUEUED', 'DELAYED') order by ended_at limit 500`,
        [before],
      )
      const ids = old.map((each) => each.id)
      if (ids.length === 0) return 0
      await db.rows('delete from dbos.transaction_completion where workflow_id = any($1)', [ids])
      await client.deleteWorkflows(ids)
      await db.rows(
        `delete from executor where dead_at < $1
          and not exists (select from dbos.workflow_status where executor_id = executor.id and status = 'PENDING')`,
        [before],
      )
      return ids.length
    },
    resume: async (run, fromPosition) => {
      if (!(await client.getWorkflow(run))) {
        throw new NexusError(
          'run.history_gone',
          'conflict',
          `What ${run} would need to go on was not kept that long.`,
          {
            hint: 'nexusctl order retry',
          },
        )
      }
      await DBOS.rewindWorkflow(run, { startStep: fromPosition, queueName: flowQueue })
    },
  }
}
