import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Io } from '../io.ts'
import type { QuickstartPlace } from './lab-settings.ts'
import { alive, endProcess } from './node-keeper.ts'

/** A quickstart begins with an empty Nexus: what an earlier one kept would speak of hosts that are gone. */
export async function startClean(place: QuickstartPlace, io: Io): Promise<void> {
  if (await endNode(place)) io.say('An earlier quickstart still ran; it was stopped first.')
  for (const each of [
    'postgres/data',
    'postgres/password',
    'postgres/superuser-password',
    'postgres/owner-password',
    'postgres/auditor-password',
    'trail',
    'admin-token',
    'bootstrap-token',
    'master.key',
    'nexusd.log',
    'pretend',
  ]) {
    await rm(join(place.home, each), { recursive: true, force: true })
  }
  await mkdir(place.home, { recursive: true, mode: 0o755 })
}

/** What is known of one's own machines is kept: a later quickstart carries on with it. */
export async function startAgain(place: QuickstartPlace): Promise<void> {
  await endNode(place)
  await mkdir(place.home, { recursive: true, mode: 0o755 })
}

/** nexusd of an earlier quickstart and its Postgres. Answers whether there was a nexusd to end. */
export async function endNode(place: QuickstartPlace): Promise<boolean> {
  const pid = Number(await readFile(place.pidFile, 'utf8').catch(() => ''))
  // After a reboot the number may be another program's.
  const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : ''
  const runs = command.includes('apps/server/src/main.ts')
  if (runs) await endProcess(pid)
  await endPostgres(place)
  return runs
}

/** A Postgres whose nexusd was killed is still there: it is asked to end before its data goes. */
async function endPostgres(place: QuickstartPlace): Promise<void> {
  const data = join(place.home, 'postgres/data')
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
  const command = pid > 1 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : ''
  if (!command.includes(data)) return
  process.kill(pid, 'SIGINT')
  const limit = Date.now() + 20_000
  while (alive(pid) && Date.now() < limit) await new Promise((done) => setTimeout(done, 50))
}
