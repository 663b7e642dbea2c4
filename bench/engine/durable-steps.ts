import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import { systemActor } from '../../apps/server/src/platform/actor.ts'
import { migrate, openDatabase } from '../../apps/server/src/platform/db.ts'
import { defineFlow, step } from '../../apps/server/src/platform/durable.ts'
import { joinExecutors } from '../../apps/server/src/platform/executor.ts'
import { flowQueue } from '../../apps/server/src/platform/flow-engine.ts'
import { createLog } from '../../apps/server/src/platform/log.ts'
import { migrations, type Spread, spreadOf } from './measuring.ts'

export const stepsEach = 50
const atOnce = 20

export type DurableSteps = {
  readonly ours: { readonly perSecond: number; readonly alone: Spread }
  readonly raw: { readonly perSecond: number; readonly alone: Spread }
  readonly rounds: number
  readonly flows: number
}

/**
 * Flows of steps that do nothing, by Nexus and by the engine alone, in turns on the same Postgres. All flows of a round begin
 * together: were there more than may run at once, each wave would wait for the queue to look again, every 100 ms.
 */
export async function durableSteps(url: string, rounds: number, flows: number): Promise<DurableSteps> {
  const db = openDatabase(url, 20)
  await migrate(db, migrations)
  const ours = defineFlow('bench-ours', async () => {
    for (let at = 0; at < stepsEach; at += 1) await step(`step ${at}`, async () => at)
    return 'done'
  })
  DBOS.registerWorkflow(
    async () => {
      for (let at = 0; at < stepsEach; at += 1) await DBOS.runStep(async () => at, { name: `step ${at}` })
    },
    { name: 'bench-raw' },
  )
  const executor = await joinExecutors({ db, url, log: createLog('error'), workers: atOnce, onLost: () => {} })
  const client = await DBOSClient.create({
    systemDatabaseUrl: url,
    systemDatabasePoolSize: 4,
    applicationName: 'nexus',
  })
  const actor = systemActor('bench')
  const start = {
    ours: (id: string) => db.inTransaction((tx) => executor.engine.start(tx, ours, {}, { id, subject: id, actor })),
    raw: async (id: string) =>
      void (await client.enqueue({
        queueName: flowQueue,
        workflowName: 'bench-raw',
        workflowID: id,
        appVersion: 'nexus',
      })),
  }
  const over = async (prefix: string, count: number) => {
    for (;;) {
      const row = await db.row<{ count: number }>(
        `select count(*) as count from dbos.workflow_status where workflow_uuid like $1 and status = 'SUCCESS'`,
        [`${prefix}%`],
      )
      if ((row?.count ?? 0) >= count) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const seconds = { ours: [] as number[], raw: [] as number[] }
  const alone = { ours: [] as number[], raw: [] as number[] }
  /** The first round fills caches and does not count. */
  for (let round = 0; round <= rounds; round += 1) {
    for (const who of round % 2 === 0 ? (['raw', 'ours'] as const) : (['ours', 'raw'] as const)) {
      const began = performance.now()
      await Promise.all(Array.from({ length: flows }, (_, at) => start[who](`${who}:${round}:${at}`)))
      await over(`${who}:${round}:`, flows)
      if (round > 0) seconds[who].push((performance.now() - began) / 1000)
      for (let at = 0; at < 5; at += 1) {
        const id = `${who}-alone:${round}:${at}`
        await start[who](id)
        await over(id, 1)
        const row = await db.row<{ ms: number }>(
          `select completed_at - started_at_epoch_ms as ms from dbos.workflow_status where workflow_uuid = $1`,
          [id],
        )
        if (round > 0) alone[who].push(row?.ms ?? Number.NaN)
      }
    }
  }
  await client.destroy()
  await executor.stop(5)
  await db.close()
  const result = (who: 'ours' | 'raw') => ({
    perSecond: (flows * stepsEach) / spreadOf(seconds[who]).median,
    alone: spreadOf(alone[who]),
  })
  return { ours: result('ours'), raw: result('raw'), rounds, flows }
}
