/** Order to Live by Nexus against a bare script of the same commands: `node bench/order/main.ts [--runs N]`. */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { whyNoLab } from '../../lab/src/index.ts'
import { withOthersOf } from '../page-section.ts'
import { benchLab, root, run } from './bench-lab.ts'
import { goal, type Measured, performancePage, ratioOf, tableOf } from './performance-page.ts'
import { type SmallFigures, smallFigures } from './small-figures.ts'
import { type TimedRun, timeBare, timeNexus } from './timed-run.ts'

const say = (line: string) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)

function runsWanted(): number {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '2' } } })
  const runs = Number(values.runs)
  if (Number.isInteger(runs) && runs >= 1 && runs <= 20) return runs
  process.stderr.write('--runs is a number from 1 to 20.\n')
  return process.exit(64)
}

const runs = runsWanted()
const whyNot = whyNoLab()
if (whyNot) {
  process.stderr.write(`The lab cannot run here, so there is nothing to measure on: ${whyNot}\n`)
  process.exit(69)
}

const lab = benchLab('/var/lib/nexus-lab-bench')
const home = await mkdtemp('/var/lib/nexus-bench-')
await chmod(home, 0o755)
const tidyUp = async () => {
  say('Taking the lab down, hosts and all.')
  await lab.destroy()
  await rm(home, { recursive: true, force: true })
}
// Ctrl-C reaches the quickstart and the bare script as well, and they end by themselves.
process.once('SIGINT', () => void tidyUp().finally(() => process.exit(130)))
const measured = await measure().finally(tidyUp)
const page = join(root, 'docs/performance.md')
await writeFile(page, withOthersOf(await readFile(page, 'utf8').catch(() => ''), performancePage(measured)))
process.stdout.write(`${tableOf(measured)}`)
say(`Written: ${page}`)
if (ratioOf(measured) > goal) say(`The goal of ${goal} was not met.`)

async function measure(): Promise<Measured> {
  say('Packing the release.')
  await run([join(root, 'apps/reference/package.ts'), '--out', join(home, 'release'), '--runtime', 'systemd'])
  const packed = (await readdir(join(home, 'release'))).find((name) => name.endsWith('.tar.gz'))
  if (packed === undefined) throw new Error('The packed release holds no artifact.')
  const bareRun = () => timeBare({ lab, work: join(home, 'bare'), release: join(home, 'release', packed) })

  say('One bare run that does not count: it fills the cache of Debian packages.')
  const warm = await bareRun()
  say(`  ${warm.seconds.toFixed(1)} s, not counted`)

  const nexus: TimedRun[] = []
  const bare: TimedRun[] = []
  let small: SmallFigures | undefined
  for (let round = 1; round <= runs; round += 1) {
    say(`Nexus, ${round} of ${runs}`)
    nexus.push(
      await timeNexus({ lab, home }, async (quickstart, host) => {
        if (round === runs) small = await smallFigures(quickstart, host)
      }),
    )
    say(`  ${nexus.at(-1)?.seconds.toFixed(1)} s`)
    say(`bare, ${round} of ${runs}`)
    bare.push(await bareRun())
    say(`  ${bare.at(-1)?.seconds.toFixed(1)} s`)
  }
  if (small === undefined) throw new Error('The smaller figures were not taken.')
  return { date: new Date().toISOString().slice(0, 10), nexus, bare, small }
}
