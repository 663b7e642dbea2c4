import { spawn } from 'node:child_process'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type QuickstartRun, startQuickstart } from '../../test/story/quickstart-run.ts'
import { type BenchLab, freshKeys, root, trustHost } from './bench-lab.ts'

export type TimedStep = { readonly name: string; readonly seconds: number }
/** `seconds` is wall time; the steps are what it says of itself and may leave gaps. */
export type TimedRun = { readonly seconds: number; readonly steps: readonly TimedStep[]; readonly busyBefore: number }

export const sumOf = ({ steps }: TimedRun): number => steps.reduce((sum, { seconds }) => sum + seconds, 0)

/** Which share of the machine others use, seen over three seconds while nothing of ours runs. */
async function busyShare(): Promise<number> {
  const look = async () => {
    const [first = ''] = (await readFile('/proc/stat', 'utf8')).split('\n')
    const ticks = first.split(/\s+/).slice(1, 9).map(Number)
    return { all: ticks.reduce((sum, each) => sum + each, 0), idle: (ticks[3] ?? 0) + (ticks[4] ?? 0) }
  }
  const before = await look()
  await pause(3000)
  const after = await look()
  return 1 - (after.idle - before.idle) / (after.all - before.all)
}

/** From "order taken" to the outcome that says Live, as a person sees it; then `meanwhile`, while Nexus still runs. */
export async function timeNexus(
  { lab, home }: { readonly lab: BenchLab; readonly home: string },
  meanwhile: (run: QuickstartRun, host: string) => Promise<void>,
): Promise<TimedRun> {
  const sample = JSON.parse(await readFile(join(root, 'examples/orders/acme.json'), 'utf8')) as object
  const order = { ...sample, orderNumber: `BENCH-${Date.now()}` }
  const busyBefore = await busyShare()
  const run = await startQuickstart({ home, labHome: lab.home, order })
  try {
    const limit = Date.now() + 300_000
    while (!run.said().includes('was taken')) {
      if (Date.now() > limit) throw new Error(`The order was not taken within 300 s:\n${run.said().slice(-3000)}`)
      await pause(20)
    }
    const taken = performance.now()
    const outcome = await run.untilLive()
    const seconds = (performance.now() - taken) / 1000
    if (outcome.state !== 'Live') throw new Error(`The order is ${outcome.state}:\n${run.said().slice(-3000)}`)
    await meanwhile(run, outcome.host.name)
    return { seconds, steps: outcome.steps, busyBefore }
  } finally {
    await run.stop()
  }
}

/** From the wish for a host to the proven backup, by bare.sh. */
export async function timeBare(of: {
  readonly lab: BenchLab
  readonly work: string
  readonly release: string
}): Promise<TimedRun> {
  const busyBefore = await busyShare()
  const lab = await of.lab.up()
  try {
    const keys = await freshKeys(of.work)
    await copyFile(of.release, join(of.work, 'release.tar.gz'))
    const began = performance.now()
    const { address } = await of.lab.create(lab, 'nexus-bare-prod', keys)
    await trustHost(of.work, address, keys)
    const created = (performance.now() - began) / 1000
    const steps = await stepsOf(address, {
      WORK: of.work,
      CONTROL: lab.gateway,
      DNS_MANAGEMENT: lab.dns.management,
      ACME_DIRECTORY: lab.acme.directory,
      ACME_DIRECTORY_CA: lab.acme.directoryCa,
      ACME_ROOT: lab.acme.root,
      LAB_CA: lab.ca.cert,
      NODE: process.execPath,
    })
    const seconds = (performance.now() - began) / 1000
    return { seconds, steps: [{ name: 'get a host', seconds: created }, ...steps], busyBefore }
  } finally {
    await of.lab.down(lab)
  }
}

function stepsOf(address: string, environment: NodeJS.ProcessEnv): Promise<readonly TimedStep[]> {
  const marks: { readonly name: string; readonly at: number }[] = []
  return new Promise((done, fail) => {
    const child = spawn(join(import.meta.dirname, 'bare.sh'), [address], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 2],
      timeout: 900_000,
    })
    child.stdout?.on('data', (part: Buffer) => {
      for (const [, name = ''] of part.toString().matchAll(/^step (.*)$/gm)) {
        marks.push({ name, at: performance.now() })
        if (name !== 'end') process.stderr.write(`  bare: ${name}\n`)
      }
    })
    child.on('error', fail)
    child.on('close', async (code) => {
      if (code !== 0 || marks.at(-1)?.name !== 'end') {
        const log = await readFile(join(environment['WORK'] ?? '', 'log'), 'utf8').catch(() => '')
        return fail(new Error(`bare.sh ended with ${code} in "${marks.at(-1)?.name}":\n${log.slice(-2000)}`))
      }
      done(
        marks
          .slice(0, -1)
          .map(({ name, at }, index) => ({ name, seconds: ((marks[index + 1]?.at ?? at) - at) / 1000 })),
      )
    })
  })
}
