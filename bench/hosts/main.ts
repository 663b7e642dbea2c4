/**
 * The baseline of hosts by Nexus, Ansible, mitogen and apt-get alone, and a fleet that is looked at again and again:
 * `node bench/hosts/main.ts [--hosts 1,5] [--only nexus,apt,ansible,mitogen] [--fleet 10 --rounds 10]`.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { whyNoLab } from '../../lab/src/index.ts'
import { benchLab, root } from '../order/bench-lab.ts'
import { withSection } from '../page-section.ts'
import { type FleetFigure, fleetLine, type HostFigure, hostSection, tableOf } from './host-section.ts'
import { ansible, bareApt, nexus, stand, type Way } from './ways.ts'

const say = (line: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
const refuse = (line: string, exit: number): never => {
  process.stderr.write(`${line}\n`)
  return process.exit(exit)
}

const known = ['nexus', 'apt', 'ansible', 'mitogen'] as const
const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1,5' },
    only: { type: 'string', default: known.join(',') },
    again: { type: 'string', default: '3' },
    fleet: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '10' },
  },
})
const counts = values.hosts.split(',').filter(Boolean).map(Number)
const wanted = values.only.split(',')
const times = Number(values.again)
const fleet = { hosts: Number(values.fleet), rounds: Number(values.rounds) }
if (counts.some((each) => !Number.isInteger(each) || each < 1 || each > 20))
  refuse('--hosts takes numbers from 1 to 20.', 64)
if (Object.values(fleet).some((each) => !Number.isInteger(each) || each < 0 || each > 50))
  refuse('--fleet and --rounds take numbers from 0 to 50; 0 leaves the fleet out.', 64)
if (wanted.some((each) => !known.some((one) => one === each))) refuse(`--only takes ${known.join(', ')}.`, 64)
const whyNot = whyNoLab()
if (whyNot) refuse(`The lab cannot run here, so there is nothing to measure on: ${whyNot}`, 69)

const kept = join(root, 'out', 'bench-hosts.json')
const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-hosts-'))
const lab = benchLab('/var/lib/nexus-lab-bench-hosts')
const figures: HostFigure[] = await readFile(kept, 'utf8').then(JSON.parse, () => [])
let seen: FleetFigure | undefined
try {
  const up = await lab.up()
  const at = await stand(up.provider, folder)
  const ways: Readonly<Record<string, Way>> = {
    nexus: nexus(at),
    apt: bareApt(at),
    ansible: ansible(at, folder, { mitogen: false }),
    mitogen: ansible(at, folder, { mitogen: true }),
  }
  for (const count of counts) for (const name of wanted) await measure(at, ways[name], count)
  if (fleet.hosts > 0 && fleet.rounds > 0) seen = await look(at, nexus(at))
} finally {
  await lab.destroy()
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(tableOf(figures) + (seen === undefined ? '' : fleetLine(seen)))
const page = join(root, 'docs/performance.md')
await writeFile(page, withSection(await readFile(page, 'utf8').catch(() => ''), hostSection(figures, seen)))

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

async function measure(at: Awaited<ReturnType<typeof stand>>, way: Way | undefined, count: number): Promise<void> {
  if (way === undefined) return
  say(`${way.name}: ${count} fresh ${count === 1 ? 'host' : 'hosts'}`)
  const machines = await at.make(count)
  const fresh = await timed(() => way.fresh(machines))
  say(`  fresh ${fresh.toFixed(1)} s`)
  const again: number[] = []
  // The first run after a fresh one settles what services still do; it does not count.
  if (way.again) await way.again(machines)
  for (let time = 0; way.again && time < times; time += 1)
    again.push(await timed(() => way.again?.(machines) ?? Promise.resolve()))
  say(`  unchanged ${again.map((each) => each.toFixed(2)).join(', ')} s`)
  await at.end(machines)
  const rest = figures.filter((each) => each.way !== way.name || each.hosts !== count)
  figures.splice(0, figures.length, ...rest, {
    way: way.name,
    hosts: count,
    fresh,
    again,
    date: new Date().toISOString(),
  })
  await mkdir(join(root, 'out'), { recursive: true })
  await writeFile(kept, JSON.stringify(figures, null, 2))
}

/** The same hosts again and again, as if there were so many more of them; the memory this process holds after each round. */
async function look(at: Awaited<ReturnType<typeof stand>>, way: Way): Promise<FleetFigure> {
  say(`Nexus: a fleet of ${fleet.hosts}`)
  const machines = await at.make(fleet.hosts)
  await way.fresh(machines)
  const rounds: FleetFigure['rounds'][number][] = []
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  for (let round = 0; round <= fleet.rounds; round += 1) {
    const seconds = await timed(() => way.again?.(machines) ?? Promise.resolve())
    // The first round settles what services still do after the fresh one.
    collectGarbage()
    const { rss, heapUsed } = process.memoryUsage()
    if (round > 0) rounds.push({ seconds, megabytes: rss / 1e6, used: heapUsed / 1e6 })
  }
  await at.end(machines)
  return { hosts: fleet.hosts, rounds }
}
