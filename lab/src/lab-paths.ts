import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'

export type LabPaths = ReturnType<typeof labPaths>

/** Every file and name of one lab. Two labs with different homes share nothing but the cache of base images. */
export function labPaths(home = process.env.NEXUS_LAB_HOME ?? '/var/lib/nexus-lab') {
  const root = resolve(home)
  const tag = createHash('sha256').update(root).digest('hex').slice(0, 4)
  return {
    home: root,
    cache: resolve(process.env.NEXUS_LAB_CACHE ?? '/var/cache/nexus-lab'),
    /** Four letters in every name this lab gives to things of the machine: bridge, chains, cgroups, hosts. */
    tag,
    bridge: `nxl-${tag}`,
    state: join(root, 'state.json'),
    labFile: join(root, 'lab.json'),
    lock: join(root, 'lock'),
    hosts: join(root, 'hosts'),
    layers: join(root, 'layers'),
    ca: join(root, 'ca'),
    ssh: join(root, 'ssh'),
    mail: join(root, 'mail'),
    daemonPid: join(root, 'daemon.pid'),
    daemonLog: join(root, 'daemon.log'),
  }
}

/** Shared by all labs of a machine; gone at its next boot, as the kernel's settings are. */
export const machineDir = '/run/nexus-lab'
