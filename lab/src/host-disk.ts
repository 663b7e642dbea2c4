import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { address6In, addressIn, places } from './address-range.ts'
import { type HostRecord, hostDir, hostnameOf } from './host-record.ts'
import { readText } from './lab-files.ts'
import type { LabPaths } from './lab-paths.ts'
import { run, succeeds, waitFor } from './lab-process.ts'

export const rootOf = (paths: LabPaths, id: string): string => join(hostDir(paths, id), 'root')

export const dockerDirOf = (paths: LabPaths, id: string): string => join(hostDir(paths, id), 'docker')

/** A fresh, empty disk over the given layers; what was there before is gone. */
export async function buildDisk(paths: LabPaths, record: HostRecord): Promise<void> {
  await dropDisk(paths, record.id)
  const dir = hostDir(paths, record.id)
  for (const part of ['upper', 'work', 'root', 'docker']) await mkdir(join(dir, part), { recursive: true })
  await mountDisk(paths, record)
  const root = rootOf(paths, record.id)
  const hostname = hostnameOf(record.name)
  await writeFile(join(root, 'etc/hostname'), `${hostname}\n`)
  await writeFile(join(root, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${hostname}\n::1 localhost ip6-localhost\n`)
  await mkdir(join(root, 'root/.ssh'), { recursive: true, mode: 0o700 })
  await writeFile(
    join(root, 'root/.ssh/authorized_keys'),
    record.authorizedKeys.map((key) => `${key.trim()}\n`).join(''),
    {
      mode: 0o600,
    },
  )
  if (record.hostKey) {
    await writeFile(join(root, 'etc/ssh/ssh_host_ed25519_key'), withNewline(record.hostKey.privateKey), { mode: 0o600 })
    await writeFile(join(root, 'etc/ssh/ssh_host_ed25519_key.pub'), withNewline(record.hostKey.publicKey))
  }
}

const withNewline = (text: string) => `${text.trimEnd()}\n`

/** What depends on the range, which may be another one at the next `up`: written before each start. */
export async function writeAddresses(paths: LabPaths, record: HostRecord, prefix: string): Promise<void> {
  const root = rootOf(paths, record.id)
  const services = addressIn(prefix, places.services)
  const own = record.role === 'services' ? '127.0.0.1' : services
  await writeFile(
    join(root, 'etc/nexus-lab-network'),
    [
      `ADDRESS=${addressIn(prefix, record.place)}/24`,
      `ADDRESS6=${address6In(prefix, record.place)}/64`,
      `GATEWAY=${addressIn(prefix, places.gateway)}`,
      '',
    ].join('\n'),
  )
  await rm(join(root, 'etc/resolv.conf'), { force: true })
  await writeFile(join(root, 'etc/resolv.conf'), `nameserver ${own}\noptions timeout:2 attempts:3\n`)
  if (record.role === 'services') return
  await writeFile(join(root, 'etc/nexus-lab-apt-cache'), `${services}:3142\n`)
  await writeFile(
    join(root, 'etc/apt/apt.conf.d/95nexus-lab-cache'),
    'Acquire::http::Proxy-Auto-Detect "/usr/local/sbin/nexus-lab-apt-proxy";\n',
  )
}

export async function mountDisk(paths: LabPaths, { id, layers }: HostRecord): Promise<void> {
  const dir = hostDir(paths, id)
  if (await isMounted(join(dir, 'root'))) return
  const options = `lowerdir=${layers.join(':')},upperdir=${join(dir, 'upper')},workdir=${join(dir, 'work')}`
  await run(['mount', '-t', 'overlay', `nexus-lab-${id}`, '-o', options, join(dir, 'root')])
}

export async function unmountDisk(paths: LabPaths, id: string): Promise<void> {
  const root = rootOf(paths, id)
  if (!(await isMounted(root))) return
  try {
    await waitFor(`${root} to be free`, 3, () => succeeds(['umount', root]))
  } catch {
    await run(['umount', '--lazy', root])
  }
}

export async function dropDisk(paths: LabPaths, id: string): Promise<void> {
  await unmountDisk(paths, id)
  const dir = hostDir(paths, id)
  const parts = ['upper', 'work', 'root', 'docker', 'console.log', 'exit'].map((part) => join(dir, part))
  await run(['rm', '-rf', '--one-file-system', ...parts], { timeoutSeconds: 120 })
}

async function isMounted(place: string): Promise<boolean> {
  return ((await readText('/proc/self/mounts')) ?? '').split('\n').some((line) => line.split(' ')[1] === place)
}
