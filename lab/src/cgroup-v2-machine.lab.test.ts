import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureImages } from './base-image.ts'
import { labPaths } from './lab-paths.ts'
import { run, waitFor } from './lab-process.ts'
import type { Lab, LabHost } from './lab-view.ts'
import { startVm, type Vm } from './vm.ts'

/** Everything is slow in a machine that is computed. */
const patience = 2_400_000
const packages = [
  'systemd-container',
  'iproute2',
  'iptables',
  'openssl',
  'openssh-client',
  'debootstrap',
  'busybox-static',
]
const repository = join(import.meta.dirname, '..', '..')
const own = '/opt/nexus'

let folder: string
let vm: Vm
let host: LabHost

const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=60']
const ssh = (key: string, address: string, line: string) => [
  ...['ssh', '-q', '-i', key, ...options.flatMap((each) => ['-o', each])],
  ...[`root@${address}`, line],
]
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
const onMachine = async (line: string, timeoutSeconds = 600) =>
  (await run(ssh(join(folder, 'key'), vm.address, line), { timeoutSeconds })).trim()
const lab = (words: string) => onMachine(`/opt/node/node ${own}/lab/src/main.ts ${words}`, 1800)
const onHost = (line: string, timeoutSeconds = 600) =>
  onMachine(ssh('/var/lib/nexus-lab/ssh/id_ed25519', host.address, line).map(quoted).join(' '), timeoutSeconds)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-lab-machine-'))
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')])
  const { base, servicesLayer } = await ensureImages(labPaths(), 'bookworm', () => {})
  const modules = ['zod', 'postal-mime', 'smtp-server', 'nodemailer', 'punycode.js']
  vm = await startVm({
    authorizedKeys: [await readFile(join(folder, 'key.pub'), 'utf8')],
    packages,
    folders: [
      { from: dirname(process.execPath), to: '/opt/node' },
      { from: join(repository, 'lab'), to: `${own}/lab` },
      ...modules.map((name) => ({
        from: join(repository, 'node_modules', name),
        to: `${own}/node_modules/${name}`,
      })),
      ...[base, dirname(servicesLayer)].map((each) => ({ from: each, to: each })),
    ],
  })
  const { hosts }: Lab = JSON.parse(await lab('up --hosts=1 -o json'))
  host = hosts.find(({ name }) => name === 'host-1') as LabHost
}, patience)
afterAll(async () => {
  await vm?.stop()
  await rm(folder, { recursive: true, force: true })
})

test(
  'on a machine that has cgroup v2 with its controllers a host boots whole and is held to its memory',
  async () => {
    expect(await onMachine('stat -fc %T /sys/fs/cgroup; cat /sys/fs/cgroup/cgroup.controllers')).toMatch(
      /^cgroup2fs\n.*\bmemory\b/,
    )
    await waitFor('the host to be up', 300, async () => (await onHost('systemctl is-system-running')) === 'running')
    const limit = Number(await onMachine(`cat /sys/fs/cgroup/nexus-lab-*/${host.id}/memory.max`))
    expect(limit).toBeGreaterThan(100_000_000)

    const grown = `systemd-run --wait -q -p MemorySwapMax=0 sh -c 'head -c ${limit * 2} /dev/zero | tail -c ${limit * 2} >/dev/null'`
    expect(await onHost(`${grown}; echo ended`)).toBe('ended')

    expect(await onMachine(`grep -E '^oom_kill [1-9]' /sys/fs/cgroup/nexus-lab-*/${host.id}/memory.events`)).toMatch(
      /oom_kill/,
    )
    expect(await onHost('cat /proc/1/comm')).toBe('systemd')
  },
  patience,
)

test(
  'on such a machine Docker runs in a host, and holds a container to its memory',
  async () => {
    const install = 'DEBIAN_FRONTEND=noninteractive apt-get -q -y'
    await onHost(
      `${install} update >/dev/null && ${install} --no-install-recommends install docker.io busybox-static >/dev/null`,
      2400,
    )
    await onHost('tar -C / -c bin/busybox | docker import - busybox:here')

    const said = await onHost(
      'docker run --rm --network none --memory 64m busybox:here /bin/busybox cat /sys/fs/cgroup/memory.max',
    )
    expect(said).toBe(String(64 * 1024 * 1024))
  },
  patience,
)
