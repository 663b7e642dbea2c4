import { DBOS } from '@dbos-inc/dbos-sdk'
import {
  assertStillOwnsWorkflow,
  DBOSStepAlreadyRecordedError,
  migrateDataSourcePG,
  registerDataSource,
  replayRecordedStep,
} from '@dbos-inc/dbos-sdk/datasource'
import { isDatabaseAway } from './database-away.ts'
import { type Database, joinTransaction, transact, untilDatabaseAnswers } from './db.ts'
import { NexusError } from './errors.ts'

export const dataSource = 'nexus'

let database: Database | undefined
export const engineDatabase = (): Database => {
  if (!database) throw new NexusError('durable.not_started', 'bug', 'A flow was used before the engine was started.')
  return database
}

/** A database that is away is no failure of a run: what was being done is done again when it answers, as after a kill. */
export async function besidesOutages<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (thrown) {
      if (!isDatabaseAway(thrown)) throw thrown
      await untilDatabaseAnswers(engineDatabase())
    }
  }
}

/** The data source behind `change`: our rows and the step's completion in one transaction, only while we own the run. */
export function registerEngineDatabase(own: Database): void {
  const known = database !== undefined
  database = own
  // The engine takes a data source once a process, also where it is started again.
  if (known) return
  const completed = (workflow: string, position: number) =>
    engineDatabase().row<{ output: string | null; error: string | null }>(
      'select output, error from dbos.transaction_completion where workflow_id = $1 and function_num = $2',
      [workflow, position],
      'completed',
    )
  registerDataSource({
    name: dataSource,
    initialize: () =>
      engineDatabase().inTransaction(async (tx) => {
        await migrateDataSourcePG(async (statement) => tx.rows(statement), 'dbos')
      }),
    destroy: async () => {},
    deleteCheckpoints: (workflow, from, beforeCommit) =>
      engineDatabase().inTransaction(async (tx) => {
        await tx.rows('delete from dbos.transaction_completion where workflow_id = $1 and function_num >= $2', [
          workflow,
          from,
        ])
        await beforeCommit?.()
      }),
    invokeTransactionFunction: (_config, target, work, ...values) =>
      besidesOutages(async () => {
        const workflow = DBOS.workflowID ?? ''
        const position = DBOS.stepID ?? 0
        const before = await completed(workflow, position)
        if (before) return replayRecordedStep(before)
        try {
          return await transact(engineDatabase().pool, async (tx) => {
            const answer = await joinTransaction(tx, () => work.call(target, ...values))
            const kept = await tx.row(
              `insert into dbos.transaction_completion (workflow_id, function_num, output) values ($1, $2, $3)
               on conflict do nothing returning workflow_id`,
              [workflow, position, serialize(answer)],
              'complete',
            )
            if (!kept) throw new DBOSStepAlreadyRecordedError(workflow, position)
            await assertStillOwnsWorkflow(workflow)
            return answer
          })
        } catch (thrown) {
          if (!(thrown instanceof DBOSStepAlreadyRecordedError)) throw thrown
          const other = await completed(workflow, position)
          if (!other) throw thrown
          return replayRecordedStep(other)
        }
      }),
  })
}

/** The engine reads SuperJSON; a plain JSON value below `json` is its simplest document. */
const serialize = (answer: unknown): string => JSON.stringify({ json: answer ?? null })
