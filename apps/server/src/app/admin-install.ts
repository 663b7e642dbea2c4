import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NexusError, toFailure } from '../platform/errors.ts'
import { runProgram } from '../platform/local-program.ts'
import type { AdminContext, AdminVerb } from './admin-context.ts'
import { askNexusd } from './ask-nexusd.ts'
import { readSettings } from './config.ts'
import { leftOver, places, preparation, type Step, sayStep, switching, unitText } from './install-plan.ts'
import { apply, isDone } from './install-steps.ts'
import { releaseOf } from './release-copy.ts'

const source = resolve(import.meta.dirname, '../../../..')
const usualWaitSeconds = 120

/** The release that a link leads to. */
const releaseAt = (link: string): string | undefined => (existsSync(link) ? basename(readlinkSync(link)) : undefined)

/** The Node that runs this, as it lies in an installed release. */
function nodeIn(release: string): string {
  const inside = relative(source, process.execPath)
  return inside.startsWith('..') ? process.execPath : join(release, inside)
}

const systemctl = async (...words: string[]): Promise<void> => {
  const { exit, err } = await runProgram(['systemctl', ...words], 120)
  if (exit !== 0) throw new NexusError('install.systemd', 'conflict', `systemctl ${words.join(' ')}: ${err.trim()}`)
}

function waitOf(given: string | undefined): number {
  const seconds = Number(given ?? usualWaitSeconds)
  if (Number.isInteger(seconds) && seconds >= 5 && seconds <= 3600) return seconds
  throw new NexusError('install.bad_wait', 'invalid', '--wait takes seconds, from 5 to 3600.')
}

/** Ready within the time, asked of nexusd itself; the reason otherwise. */
async function whyNotReady(seconds: number): Promise<string | undefined> {
  let why = 'it was not asked'
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await pause(500)) {
    try {
      const { status, text } = await askNexusd(readSettings({ NEXUS_CONFIG: places.settings }), '/ready')
      if (status === 200) return undefined
      why = `/ready answers ${status}: ${text.slice(0, 300)}`
    } catch (thrown) {
      why = toFailure(thrown).message
    }
  }
  return why
}

async function run(steps: readonly Step[], say: (line: string) => void): Promise<boolean> {
  let changed = false
  for (const step of steps.filter((each) => !isDone(each))) {
    say(sayStep(step))
    await apply(step)
    changed = true
  }
  return changed
}

async function start(): Promise<void> {
  await systemctl('daemon-reload')
  await systemctl('enable', '--quiet', 'nexusd')
  await systemctl('restart', 'nexusd')
}

/** Puts release and unit in place and looks whether nexusd comes up; where it does not, what was before comes back. */
async function switchTo(release: string, unit: string, { say, flags }: AdminContext): Promise<{ changed: boolean }> {
  const seconds = waitOf(flags.wait)
  const before = releaseAt(places.current)
  const oldUnit = existsSync(places.unit) ? readFileSync(places.unit, 'utf8') : undefined
  const oldPrevious = releaseAt(places.previous)
  const changed = await run(switching(release, before, unit), say)
  const { exit } = await runProgram(['systemctl', 'is-active', '--quiet', 'nexusd'])
  if (!changed && exit === 0) return { changed }
  say('start nexusd and wait until it is ready')
  const why = await start().then(
    () => whyNotReady(seconds),
    (thrown) => toFailure(thrown).message,
  )
  if (why === undefined) return { changed: true }
  if (before === undefined || before === release || oldUnit === undefined) throw notReady(release, why)
  say(`not ready: ${why}`)
  await run(switching(before, undefined, oldUnit), say)
  if (oldPrevious) await run([{ kind: 'link', path: places.previous, to: `${places.releases}/${oldPrevious}` }], say)
  await start()
  const still = await whyNotReady(Math.max(seconds, usualWaitSeconds))
  throw wentBack(release, before, why, still)
}

const notReady = (release: string, why: string) =>
  new NexusError('install.not_ready', 'conflict', `${release} is installed and does not become ready: ${why}.`, {
    hint: `journalctl -u nexusd -n 50; settings are in ${places.settings}. Then: systemctl restart nexusd`,
  })

const wentBack = (release: string, before: string, why: string, still: string | undefined) =>
  new NexusError(
    'install.went_back',
    'conflict',
    `${release} did not become ready (${why}), so ${before} runs again${still ? ` but is not ready either: ${still}` : ''}.`,
    { hint: 'journalctl -u nexusd shows what it said; nothing else was changed.' },
  )

function requireMachine(): void {
  if (process.getuid?.() !== 0)
    throw new NexusError('install.not_root', 'forbidden', 'Only root installs Nexus.', {
      hint: 'sudo nexusctl admin install',
    })
  if (!existsSync('/run/systemd/system'))
    throw new NexusError('install.no_systemd', 'conflict', 'This machine does not run systemd.', {
      hint: 'docs/guides/operations.md says how to run nexusd by other means.',
    })
}

/** The way back: what ran before the last switch runs again, and the other way round. */
async function back(context: AdminContext) {
  const [current, previous] = [releaseAt(places.current), releaseAt(places.previous)]
  if (!previous || previous === current) {
    throw new NexusError('install.no_way_back', 'missing', 'There is no release from before to go back to.', {
      hint: `${places.releases} has what is installed.`,
    })
  }
  if (context.flags.dryRun)
    return { value: { current, to: previous }, lines: [`Would go back from ${current} to ${previous}.`] }
  await switchTo(previous, unitText(nodeIn(places.current)), context)
  return {
    value: { current: previous, previous: current },
    lines: [`${previous} runs; ${current} is kept: --back again leads to it.`],
  }
}

/** Installs this release as a service, or upgrades the one there is. */
export const install: AdminVerb = async (context) => {
  const { flags, say } = context
  requireMachine()
  if (flags.back) return back(context)
  const release = await releaseOf(source)
  const before = releaseAt(places.current)
  const unit = unitText(nodeIn(places.current))
  const steps = [...preparation(release, source), ...switching(release, before, unit)]
  const open = steps.filter((each) => !isDone(each))
  if (flags.dryRun) {
    const lines = open.length === 0 ? [`${release} is installed; nothing to do.`] : open.map(sayStep)
    return { value: { release, before, steps: open.map(sayStep) }, lines }
  }
  await run(preparation(release, source), say)
  const { changed } = await switchTo(release, unit, context)
  const kept = [release, releaseAt(places.previous)]
  for (const each of leftOver(readdirSync(places.releases), kept))
    await rm(join(places.releases, each), { recursive: true })
  return {
    value: { release, before, changed },
    lines: [
      changed ? `${release} runs and is ready.` : `${release} runs already; nothing was changed.`,
      ...(before && before !== release ? [`${before} is kept: nexusctl admin install --back`] : []),
    ],
  }
}
