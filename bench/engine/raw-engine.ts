/**
 * The engine alone, in a process of its own that works off rounds and answers how long they took: `raw-engine.ts <url>
 * <schema> <own|nexus>`, as it comes or on connections as Nexus opens them.
 */
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'
import pg from 'pg'
import { enginePool } from '../../apps/server/src/platform/engine-pool.ts'
import { atOnce, endedIn, type Round, roundOf, stepsEach } from './rounds.ts'

const [url = '', schema = '', connections = ''] = process.argv.slice(2)
const atMost = 16
const queue = 'alone'

DBOS.registerWorkflow(
  async () => {
    for (let at = 0; at < stepsEach; at += 1) await DBOS.runStep(async () => at, { name: `step ${at}` })
  },
  { name: 'alone' },
)
DBOS.setConfig({
  name: 'alone',
  systemDatabaseUrl: url,
  systemDatabaseSchemaName: schema,
  ...(connections === 'nexus' ? { systemDatabasePool: enginePool(url, atMost) } : { systemDatabasePoolSize: atMost }),
  applicationVersion: 'alone',
  logLevel: 'error',
})
await DBOS.launch()
await DBOS.registerQueue(queue, { workerConcurrency: atOnce, minPollingIntervalMs: 100 })
const client = await DBOSClient.create({
  systemDatabaseUrl: url,
  systemDatabaseSchemaName: schema,
  systemDatabasePoolSize: 2,
  applicationName: 'alone',
})
const pool = new pg.Pool({ connectionString: url, max: 2 })

const start = async (id: string) =>
  void (await client.enqueue({ queueName: queue, workflowName: 'alone', workflowID: id, appVersion: 'alone' }))
const ended = async (prefix: string) =>
  (await pool.query<{ ms: string }>(endedIn(schema), [`${prefix}%`])).rows.map((row) => Number(row.ms))

process.on('message', async (round: Round) => process.send?.(await roundOf(round, start, ended)))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
