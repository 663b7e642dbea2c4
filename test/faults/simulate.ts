/** A day of operation on a moved clock: `npm run simulate -- [--orders N] [--kills N] [--hours N] [--seed N]`. */
import { parseArgs } from 'node:util'
import { seedOf } from './harness/chance.ts'
import { ownPostgres } from './harness/own-postgres.ts'
import { startRig } from './harness/rig.ts'
import { certificateHours, followUps, listOf, simulate } from './harness/simulation.ts'

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '200' },
    kills: { type: 'string', default: '50' },
    hours: { type: 'string', default: '24' },
    seed: { type: 'string' },
  },
})
const seed = seedOf(values.seed)
const wanted = { seed, orders: Number(values.orders), kills: Number(values.kills), hours: Number(values.hours) }
const say = (line: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
say(`seed ${seed}: ${wanted.orders} orders, ${wanted.kills} kills, ${wanted.hours} hours`)
const postgres = await ownPostgres()
const rig = await startRig(postgres.url, { NEXUS_FOLLOW_UPS: followUps, NEXUS_HOSTS_PER_DAY: '0' }, certificateHours)
const promises = await simulate(rig, wanted, say).finally(async () => {
  await rig.stop()
  await postgres.stop()
})
process.stdout.write(`${listOf(promises)}\n`)
process.exit(promises.every((each) => each.kept) ? 0 : 1)
