import { spawn } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addressIn, places } from './address-range.ts'
import { ensureImages, isThere, type Release } from './base-image.ts'
import { installMissing } from './debian-packages.ts'
import { freePort } from './free-port.ts'
import { ensureCa } from './lab-ca.ts'
import { lower } from './lab-down.ts'
import { exits, LabError } from './lab-error.ts'
import { readText } from './lab-files.ts'
import { withLock } from './lab-lock.ts'
import { bridgeIsUp, findRange, raiseNetwork } from './lab-network.ts'
import { type LabPaths, machineDir } from './lab-paths.ts'
import { isAlive, run, waitFor, wordsOf } from './lab-process.ts'
import { alone, type LabState, loadState, nextState, saveState } from './lab-state.ts'
import { type Lab, readLab } from './lab-view.ts'
import { providerClient } from './provider-client.ts'
import { whyNoLab } from './why-no-lab.ts'

export type UpWish = { readonly hosts: number; readonly release: Release }

const readySeconds = 120

/** Held from the choice of a range and ports until they are taken: labs that come up together choose one after the other. */
const raisingLock = join(machineDir, 'raising.lock')

/** Everything up, from whatever was there: nothing, all of it, or what a crash left. Done twice it is done once. */
export async function up(paths: LabPaths, wish: UpWish, say: (line: string) => void): Promise<Lab> {
  const reason = whyNoLab()
  if (reason) throw new LabError('lab.cannot_run', reason, exits.cannotRun)
  await mkdir(paths.home, { recursive: true, mode: 0o711 })
  return alone(paths, say, async () => {
    await installMissing(say)
    const before = await loadState(paths)
    const isUp = before?.raised && before.release === wish.release && (await bridgeIsUp(paths))
    // A lab that is up keeps the image it was raised with; a changed recipe counts from the next `down` on.
    if (isUp) await raise(paths, before, say)
    else {
      const images = await ensureImages(paths, wish.release, say)
      if (before?.raised) {
        say('Clearing what an earlier run left behind')
        await lower(paths)
      }
      const choose = async () => raise(paths, { ...(await freshState(before, wish)), ...images }, say)
      await withLock(raisingLock, choose, { onWait: () => say('Waiting for another lab that is coming up') })
    }
    await ensureHosts(paths, wish.hosts)
    return readLab(paths)
  })
}

async function raise(paths: LabPaths, state: LabState, say: (line: string) => void): Promise<void> {
  await saveState(paths, state)
  await raiseNetwork(paths, state.prefix)
  await ensureCa(paths)
  await ensureKey(paths)
  if (!(await daemonPid(paths))) await startDaemon(paths, state, say)
}

async function freshState(before: LabState | undefined, wish: UpWish): Promise<LabState> {
  const prefix = await findRange(before?.prefix)
  // The bridge has no address yet, so what is free on loopback is taken; the bridge's address is the lab's alone.
  const smtp = await freePort(before?.ports.smtp ?? 1025, ['127.0.0.1'])
  const mailPage = await freePort(before?.ports.mailPage ?? 8025, ['127.0.0.1'], [smtp])
  const provider = await freePort(before?.ports.provider ?? 7480, ['127.0.0.1'], [smtp, mailPage])
  return nextState(before, { prefix, release: wish.release, ports: { smtp, mailPage, provider } })
}

async function ensureKey(paths: LabPaths): Promise<void> {
  const key = join(paths.ssh, 'id_ed25519')
  if (await isThere(key)) return
  await mkdir(paths.ssh, { recursive: true, mode: 0o700 })
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', `nexus-lab-${paths.tag}`, '-f', key])
}

export async function daemonPid(paths: LabPaths): Promise<number | undefined> {
  const pid = Number(await readText(paths.daemonPid))
  return pid > 0 && isAlive(pid) && (await wordsOf(pid)).includes(`--home=${paths.home}`) ? pid : undefined
}

async function startDaemon(paths: LabPaths, state: LabState, say: (line: string) => void): Promise<void> {
  say(`Starting the services at ${addressIn(state.prefix, places.services)}`)
  await rm(paths.daemonPid, { force: true })
  const log = await open(paths.daemonLog, 'a', 0o600)
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'daemon', `--home=${paths.home}`],
    {
      detached: true,
      cwd: '/',
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, NEXUS_LAB_HOME: paths.home, NEXUS_LAB_CACHE: paths.cache },
    },
  )
  child.unref()
  await log.close()
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  await waitFor('the lab to be ready', readySeconds, async () => {
    if (ended) throw new LabError('lab.daemon_ended', `The lab's background process ended; see ${paths.daemonLog}.`)
    return providerAnswers(state)
  })
}

async function providerAnswers(state: LabState): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${state.ports.provider}/health`, {
      signal: AbortSignal.timeout(2000),
    })
    return response.ok
  } catch {
    return false
  }
}

/** Hosts that belong to nobody's order, for looking around and for adding as one's own machines. */
async function ensureHosts(paths: LabPaths, wanted: number): Promise<void> {
  const provider = providerClient(await readLab(paths))
  const own = await provider.list('lab=up')
  const missing = Array.from({ length: wanted }, (_, index) => `host-${index + 1}`).filter(
    (name) => !own.some((host) => host.name === name),
  )
  const made = await Promise.all(missing.map((name) => provider.add(name, { labels: { lab: 'up' } })))
  await Promise.all(made.map((host) => provider.untilRunning(host.id)))
}
