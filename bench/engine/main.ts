/** Durable steps, the door for orders, and lists, each against its bare counterpart: `node bench/engine/main.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ownPostgres } from '../../test/faults/harness/own-postgres.ts'
import { startRig } from '../../test/faults/harness/rig.ts'
import { withSection } from '../page-section.ts'
import { fillOrders, intake, openOrders, reads } from './doors.ts'
import { durableSteps } from './durable-steps.ts'
import { enginePart } from './engine-part.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    flows: { type: 'string', default: '20' },
    posts: { type: 'string', default: '300' },
  },
})
const wanted = { rounds: Number(values.rounds), flows: Number(values.flows), posts: Number(values.posts) }
if (Object.values(wanted).some((each) => !Number.isInteger(each) || each < 1)) {
  process.stderr.write('--rounds, --flows and --posts are whole numbers from 1 on.\n')
  process.exit(64)
}
const say = (line: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
const loadBefore = (loadavg()[0] ?? 0) / cpus().length

say('durable steps, by Nexus and by the engine alone')
const first = await ownPostgres()
const steps = await durableSteps(first.url, wanted.rounds, wanted.flows).finally(first.stop)

say('a new Nexus with 10 orders')
const second = await ownPostgres()
const rig = await startRig(second.url)
const doors = await (async () => {
  await openOrders(rig, 10)
  const few = await reads(rig)
  say('the same with 10,000')
  await fillOrders(rig, 10_000)
  const many = await reads(rig)
  say('orders by webhook')
  return { few, many, taken: await intake(rig, wanted.posts) }
})().finally(async () => {
  await rig.stop()
  await second.stop()
})

const page = join(import.meta.dirname, '../../docs/performance.md')
const text = enginePart({ date: new Date().toISOString().slice(0, 10), loadBefore, steps, ...doors })
await writeFile(page, withSection(await readFile(page, 'utf8'), text))
process.stdout.write(text)
process.exit(0)
