import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labPaths } from './lab-paths.ts'
import { run, waitFor } from './lab-process.ts'
import type { Lab, LabHost } from './lab-view.ts'
import { sshWords } from './ssh-words.ts'

const paths = labPaths(`/var/lib/nexus-lab-v2-test-${process.pid}`)
const program = join(import.meta.dirname, 'main.ts')
const groups = join('/sys/fs/cgroup', `nexus-lab-${paths.tag}`)

/** Sees cgroups as a machine does that has v2 only; controllers that this machine keeps on v1 are missing there. */
const onlyV2 = 'umount -R /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup && echo ready && exec sleep infinity'

let machine: ChildProcess
let lab: Lab
let hosts: readonly LabHost[] = []

const onMachine = (...words: string[]) =>
  run(['nsenter', `--target=${machine.pid}`, '--mount', ...words], {
    timeoutSeconds: 300,
    env: { NEXUS_LAB_HOME: paths.home },
  })

const onHost = async ({ address }: LabHost, line: string) =>
  (await run([...sshWords(lab.ssh.key, address), line], { timeoutSeconds: 30 })).trim()

/** The leaf its first process sits in, as the machine sees it. */
const groupOf = async ({ id }: LabHost) => {
  const found = await onMachine('grep', '-rlx', '--include=cgroup.procs', '.*', join(groups, id, 'boots'))
  return found.split('\n').filter((line) => line.endsWith('init.scope/cgroup.procs'))
}

beforeAll(async () => {
  machine = spawn('unshare', ['--mount', 'sh', '-c', onlyV2], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (machine.stdout) await once(machine.stdout, 'data')
  lab = JSON.parse(await onMachine(process.execPath, program, 'up', '--hosts=2', '-o', 'json'))
  hosts = lab.hosts.filter(({ name }) => name.startsWith('host-'))
})
afterAll(async () => {
  await onMachine(process.execPath, program, 'down', '--all').catch(() => {})
  machine.kill('SIGKILL')
})

test('on cgroup v2 every host boots whole, with a tree of cgroups of its own', async () => {
  expect(await onMachine('awk', '$3 ~ /^cgroup/ { print $2, $3 }', '/proc/self/mounts')).toBe(
    '/sys/fs/cgroup cgroup2\n',
  )
  expect(hosts).toHaveLength(2)
  for (const host of hosts) {
    expect(await onHost(host, 'systemctl is-system-running --wait')).toBe('running')
    expect(await onHost(host, 'stat -fc %T /sys/fs/cgroup; grep ^0: /proc/1/cgroup')).toBe('cgroup2fs\n0::/init.scope')
    expect(await groupOf(host)).toHaveLength(1)
  }
})

test('on cgroup v2 a host that reboots comes back, though its last boot left groups behind', async () => {
  const [host] = hosts as [LabHost]
  const booted = () => onHost(host, 'systemctl show --value -p KernelTimestampMonotonic -p UserspaceTimestamp')
  const before = await booted()

  await onHost(host, 'systemctl reboot').catch(() => {})

  await waitFor('the next boot', 60, async () => (await booted().catch(() => before)) !== before)
  expect(await onHost(host, 'systemctl is-system-running --wait')).toBe('running')
  expect(await groupOf(host)).toEqual([expect.stringContaining('/boots/2/')])
})

test('on cgroup v2 the lab taken down leaves no cgroup and no process', async () => {
  await onMachine(process.execPath, program, 'down', '--all')

  expect(await onMachine('find', '/sys/fs/cgroup', '-maxdepth', '1', '-name', 'nexus-lab-*')).not.toContain(paths.tag)
  expect(await run(['ps', '-eo', 'args'])).not.toMatch(new RegExp(`--machine=${paths.tag}-|--home=${paths.home}`))
})
