import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { systemActor } from '../../apps/server/src/platform/actor.ts'
import { migrate, openDatabase } from '../../apps/server/src/platform/db.ts'
import { defineFlow, step } from '../../apps/server/src/platform/durable.ts'
import { joinExecutors } from '../../apps/server/src/platform/executor.ts'
import { createLog } from '../../apps/server/src/platform/log.ts'
import { migrations, type Spread, spreadOf } from './measuring.ts'
import { atOnce, endedIn, type Round, type RoundTook, roundOf, stepsEach } from './rounds.ts'

export type StepsTold = { readonly perSecond: number; readonly alone: Spread }
export type DurableSteps = {
  readonly ours: StepsTold
  readonly raw: StepsTold
  /** The engine alone on connections as Nexus opens them. */
  readonly rawOnOurs: StepsTold
  readonly rounds: number
  readonly flows: number
}
type Who = 'ours' | 'raw' | 'rawOnOurs'

/** Flows of steps that do nothing, by Nexus and by the engine alone in processes of its own, in turns on the same Postgres. */
export async function durableSteps(url: string, rounds: number, flows: number): Promise<DurableSteps> {
  const ours = await nexus(url)
  const raw = await engineAlone(url, 'alone', 'own')
  const rawOnOurs = await engineAlone(url, 'alone_on_ours', 'nexus')
  const each: Record<Who, Contender> = { ours, raw, rawOnOurs }
  const order: readonly Who[] = ['raw', 'ours', 'rawOnOurs']
  const took: Record<Who, RoundTook[]> = { ours: [], raw: [], rawOnOurs: [] }
  /** The first round fills caches and does not count. */
  for (let round = 0; round <= rounds; round += 1) {
    for (const who of round % 2 === 0 ? order : order.toReversed()) {
      const one = await each[who].work({ name: `${who}:${round}`, flows })
      if (round > 0) took[who].push(one)
    }
  }
  for (const who of order) await each[who].stop()
  const told = (who: Who): StepsTold => ({
    perSecond: (flows * stepsEach) / spreadOf(took[who].map((one) => one.seconds)).median,
    alone: spreadOf(took[who].flatMap((one) => one.alone)),
  })
  return { ours: told('ours'), raw: told('raw'), rawOnOurs: told('rawOnOurs'), rounds, flows }
}

type Contender = {
  readonly work: (round: Round) => Promise<RoundTook>
  readonly stop: () => Promise<void>
}

async function nexus(url: string): Promise<Contender> {
  const db = openDatabase(url, 20)
  await migrate(db, migrations)
  const flow = defineFlow('bench', async () => {
    for (let at = 0; at < stepsEach; at += 1) await step(`step ${at}`, async () => at)
    return 'done'
  })
  const executor = await joinExecutors({ db, url, log: createLog('error'), workers: atOnce, onLost: () => {} })
  const actor = systemActor('bench')
  const start = (id: string) =>
    db.inTransaction((tx) => executor.engine.start(tx, flow, {}, { id, subject: id, actor }))
  const ended = async (prefix: string) =>
    (await db.rows<{ ms: number }>(endedIn('dbos'), [`${prefix}%`])).map((row) => row.ms)
  return {
    work: (round) => roundOf(round, start, ended),
    stop: async () => {
      await executor.stop(5)
      await db.close()
    },
  }
}

async function engineAlone(url: string, schema: string, connections: 'own' | 'nexus'): Promise<Contender> {
  const child = fork(join(import.meta.dirname, 'raw-engine.ts'), [url, schema, connections])
  const ended = once(child, 'exit')
  const died = ended.then(() => Promise.reject(new Error('The engine alone ended before its time; it said why above.')))
  died.catch(() => {})
  const answer = async () => (await Promise.race([once(child, 'message'), died]))[0]
  await answer()
  return {
    work: (round) => {
      child.send(round)
      return answer()
    },
    stop: async () => {
      child.disconnect()
      await ended
    },
  }
}
