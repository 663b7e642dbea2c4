import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureImages } from './base-image.ts'
import { labPaths } from './lab-paths.ts'
import { run, waitFor } from './lab-process.ts'
import type { LabHost } from './lab-view.ts'
import { sshWords } from './ssh-words.ts'
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
/** Bytes, well below what the machine has: its own end of memory must not pass for the host's. */
const limit = 768 * 1024 ** 2

let folder: string
let vm: Vm
let host: LabHost

const ssh = (key: string, address: string, line: string) => [...sshWords(key, address, { connectSeconds: 60 }), line]
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
  await lab('up')
  host = JSON.parse(await lab(`add small --memory ${limit} -o json`))
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
    const group = `/sys/fs/cgroup/nexus-lab-*/${host.id}`
    expect(await onMachine(`cat ${group}/memory.max`)).toBe(String(limit))

    const grown = `systemd-run --wait -q -p MemorySwapMax=0 sh -c 'head -c ${limit * 2} /dev/zero | tail -c ${limit * 2} >/dev/null'`
    expect(await onHost(`${grown}; echo ended`)).toBe('ended')

    const counted = await onMachine(`cat ${group}/memory.events`)
    // The first counts only what met the limit of this group, the second whatever ended a process in it.
    for (const event of ['oom', 'oom_kill']) expect(counted).toMatch(new RegExp(`^${event} [1-9]`, 'm'))
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

    const grown = '/bin/busybox head -c 200000000 /dev/zero | /bin/busybox tail -c 200000000 > /dev/null'
    const grows = `docker run --rm --network none --memory 64m busybox:here /bin/busybox sh -c '${grown}'`
    expect(await onHost(`${grows}; echo $?`)).toBe('137')
  },
  patience,
)
