import { rm } from 'node:fs/promises'
import { dropDisk, unmountDisk } from './host-disk.ts'
import { stopMachine } from './host-machine.ts'
import { hostIds } from './host-record.ts'
import { dropGroups, processesIn } from './lab-cgroups.ts'
import { readText } from './lab-files.ts'
import { lowerNetwork } from './lab-network.ts'
import type { LabPaths } from './lab-paths.ts'
import { isAlive, waitFor, wordsOf } from './lab-process.ts'
import { alone, loadState, saveState } from './lab-state.ts'
import { aptCacheDir } from './services-host.ts'

/** Everything of the lab ended and the machine as it was found. Hosts keep their disks unless all is to go. */
export async function down(paths: LabPaths, all: boolean, say: (line: string) => void): Promise<void> {
  await alone(paths, say, async () => {
    say(all ? 'Taking the lab down, with its hosts' : 'Taking the lab down; its hosts keep their disks')
    await lower(paths)
    if (!all) return
    for (const id of await hostIds(paths)) await dropDisk(paths, id)
    await rm(aptCacheDir(paths), { recursive: true, force: true })
    await rm(paths.home, { recursive: true, force: true })
  })
}

/** Works from what it finds, not from what it remembers, so it also clears up after a crash. */
export async function lower(paths: LabPaths): Promise<void> {
  await endDaemon(paths)
  await Promise.all((await hostIds(paths)).map((id) => stopMachine(paths, id)))
  for (const pid of await processesIn(paths)) process.kill(pid, 'SIGKILL')
  await waitFor('the hosts to end', 20, async () => (await processesIn(paths)).length === 0)
  await dropGroups(paths)
  for (const id of await hostIds(paths)) await unmountDisk(paths, id)
  await lowerNetwork(paths)
  await rm(paths.labFile, { force: true })
  const state = await loadState(paths)
  if (state) await saveState(paths, { ...state, raised: false })
}

async function endDaemon(paths: LabPaths): Promise<void> {
  const pid = Number(await readText(paths.daemonPid))
  if (!(pid > 0) || !isAlive(pid) || !(await wordsOf(pid)).includes(`--home=${paths.home}`)) return
  process.kill(pid, 'SIGTERM')
  await waitFor('the background process to end', 10, () => !isAlive(pid)).catch(() => process.kill(pid, 'SIGKILL'))
  await rm(paths.daemonPid, { force: true })
}
