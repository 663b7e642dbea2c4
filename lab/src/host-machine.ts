import { spawn } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { addressIn } from './address-range.ts'
import { filesDir } from './base-image.ts'
import { dockerDirOf, mountDisk, rootOf, unmountDisk, writeAddresses } from './host-disk.ts'
import { type HostRecord, hostDir, hostnameOf } from './host-record.ts'
import { dropGroups, makeGroups, processesIn } from './lab-cgroups.ts'
import { readText } from './lab-files.ts'
import type { LabPaths } from './lab-paths.ts'
import { isAlive, run, succeeds, waitFor, wordsOf } from './lab-process.ts'

const cleanStopSeconds = 30

export type Binding = { readonly from: string; readonly to: string }

/** Boots the host's system. It outlives whoever started it: its supervisor is a process of its own. */
export async function startMachine(
  paths: LabPaths,
  record: HostRecord,
  prefix: string,
  bindings: readonly Binding[] = [],
): Promise<void> {
  if (await isRunning(paths, record.id)) return
  await clearMachine(paths, record.id)
  await mountDisk(paths, record)
  await writeAddresses(paths, record, prefix)
  const dir = hostDir(paths, record.id)
  const groups = await makeGroups(paths, record.id, record.memoryBytes)
  await writeFile(join(dir, 'cgroups'), lines(groups.watch))
  await writeFile(join(dir, 'cgroups-boots'), lines(groups.boots))
  const words = [join(filesDir, 'supervise.sh'), dir, ...nspawnWords(paths, record, bindings)]
  const child = spawn('sh', words, { detached: true, stdio: 'ignore', cwd: '/' })
  child.unref()
  await writeFile(join(dir, 'supervisor.pid'), `${child.pid}\n`)
  await waitFor(`the bridge port of ${record.id}`, 20, () => succeeds(['ip', 'link', 'show', portOf(record.id)]))
  await succeeds(['ip', 'neigh', 'flush', 'dev', paths.bridge, 'to', addressIn(prefix, record.place)])
  if (record.cut) await cutMachine(record.id)
}

const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('')

const portOf = (id: string) => `vb-${id}`

const nspawnWords = (paths: LabPaths, { id, name }: HostRecord, bindings: readonly Binding[]): string[] => [
  'systemd-nspawn',
  '--quiet',
  '--boot',
  '--register=no',
  '--keep-unit',
  `--directory=${rootOf(paths, id)}`,
  `--machine=${id}`,
  `--hostname=${hostnameOf(name)}`,
  `--network-bridge=${paths.bridge}`,
  '--resolv-conf=off',
  '--timezone=off',
  '--link-journal=no',
  '--console=passive',
  '--kill-signal=SIGRTMIN+3',
  // What Docker inside needs: keyrings, and on cgroup v2 the programs that guard devices.
  '--system-call-filter=@keyring bpf',
  `--bind=${dockerDirOf(paths, id)}:/var/lib/docker`,
  ...bindings.map(({ from, to }) => `--bind=${from}:${to}`),
]

/** Down in good order: what runs inside is asked to end, and killed only when it does not. */
export async function stopMachine(paths: LabPaths, id: string): Promise<void> {
  const machine = await machinePid(paths, id)
  if (machine) {
    process.kill(machine, 'SIGTERM')
    await waitFor(`${id} to shut down`, cleanStopSeconds, async () => !(await isRunning(paths, id))).catch(() => {})
  }
  await clearMachine(paths, id)
}

/** As if the power went: nothing inside is asked. */
export const killMachine = (paths: LabPaths, id: string): Promise<void> => clearMachine(paths, id)

/** A reboot as from inside; the supervisor starts the system again. */
export async function rebootMachine(paths: LabPaths, id: string): Promise<void> {
  const machine = await machinePid(paths, id)
  const leader = machine === undefined ? undefined : await firstChild(machine)
  if (leader) process.kill(leader, 'SIGINT')
}

export const cutMachine = async (id: string): Promise<void> => {
  await succeeds(['ip', 'link', 'set', portOf(id), 'down'])
}

export const healMachine = async (id: string): Promise<void> => {
  await succeeds(['ip', 'link', 'set', portOf(id), 'up'])
}

/** No process, no bridge port and no cgroup of it left. The disk stays. */
export async function clearMachine(paths: LabPaths, id: string): Promise<void> {
  const supervisor = await supervisorPid(paths, id)
  if (supervisor) kill(supervisor)
  await waitFor(`the processes of ${id} to end`, 20, async () => {
    const left = await processesIn(paths, id)
    left.forEach(kill)
    return left.length === 0
  })
  if (supervisor) await waitFor(`the supervisor of ${id} to end`, 5, () => supervisorPid(paths, id).then((pid) => !pid))
  for (const file of ['supervisor.pid', 'machine.pid']) await rm(join(hostDir(paths, id), file), { force: true })
  await succeeds(['ip', 'link', 'del', portOf(id)])
  await dropGroups(paths, id)
  await unmountDisk(paths, id)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}

export async function isRunning(paths: LabPaths, id: string): Promise<boolean> {
  return (await supervisorPid(paths, id)) !== undefined
}

/** The number in the file counts only while that process is the one we started. */
async function supervisorPid(paths: LabPaths, id: string): Promise<number | undefined> {
  const dir = hostDir(paths, id)
  const pid = Number(await readText(join(dir, 'supervisor.pid')))
  return pid > 0 && isAlive(pid) && (await wordsOf(pid)).includes(dir) ? pid : undefined
}

async function machinePid(paths: LabPaths, id: string): Promise<number | undefined> {
  const pid = Number(await readText(join(hostDir(paths, id), 'machine.pid')))
  return pid > 0 && (await wordsOf(pid)).includes(`--machine=${id}`) ? pid : undefined
}

/** The first process of the system inside. */
export async function leaderOf(paths: LabPaths, id: string): Promise<number | undefined> {
  const machine = await machinePid(paths, id)
  return machine === undefined ? undefined : firstChild(machine)
}

async function firstChild(pid: number): Promise<number | undefined> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = await readText(`/proc/${entry}/stat`).catch(() => undefined)
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (parent === pid) return Number(entry)
  }
  return undefined
}

/** Runs words inside a running host, without going through ssh. */
export async function runInside(paths: LabPaths, id: string, words: readonly string[]): Promise<string> {
  const leader = await leaderOf(paths, id)
  return run([
    'nsenter',
    `--target=${leader}`,
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--root',
    '--wd',
    ...words,
  ])
}

/** An ssh server greets first; that greeting is the proof that the host can be worked with. */
export const greetsWithSsh = (address: string, patienceMs = 1000): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect({ host: address, port: 22, timeout: patienceMs })
    const end = (ok: boolean) => {
      socket.destroy()
      answer(ok)
    }
    socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
    socket.once('close', () => end(false))
  })
