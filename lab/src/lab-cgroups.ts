import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, readText } from './lab-files.ts'
import type { LabPaths } from './lab-paths.ts'

/**
 * Each host has a cgroup of its own in every hierarchy; without it all hosts would share one systemd tree. On v2 its supervisor
 * and each boot of its machine sit in leaves of one group, because v2 allows no processes in a group that has children,
 * and the groups that a machine made stay behind when it reboots.
 */
export type HostGroups = {
  /** Joined by the supervisor. */
  readonly watch: readonly string[]
  /** In each of them every boot of the machine gets a group of its own; none on v1. */
  readonly boots: readonly string[]
}

export function hierarchies(mounts: string): { v1: string[]; v2: string[] } {
  const of = (type: string) =>
    mounts.split('\n').flatMap((line) => {
      const [, place = '', kind] = line.split(' ')
      return kind === type && place.startsWith('/sys/fs/cgroup') ? [place] : []
    })
  return { v1: [...new Set(of('cgroup'))], v2: [...new Set(of('cgroup2'))] }
}

const groupOf = (paths: LabPaths) => `nexus-lab-${paths.tag}`

export async function makeGroups(paths: LabPaths, id: string, memoryBytes: number): Promise<HostGroups> {
  const { v1, v2 } = hierarchies(await readFile('/proc/mounts', 'utf8'))
  return v1.length > 0 ? makeV1([...v1, ...v2], paths, id, memoryBytes) : makeV2(v2, paths, id, memoryBytes)
}

async function makeV1(places: string[], paths: LabPaths, id: string, memoryBytes: number): Promise<HostGroups> {
  const made: string[] = []
  for (const place of places) {
    const parent = join(place, groupOf(paths))
    const own = join(parent, id)
    for (const [from, to] of [[place, parent] as const, [parent, own] as const]) {
      await mkdir(to, { recursive: true })
      if ((await readText(join(place, 'cpuset.mems'))) !== undefined) await copyCpuset(from, to)
    }
    made.push(own)
    await writeIfThere(join(own, 'memory.limit_in_bytes'), String(memoryBytes))
  }
  return { watch: made, boots: [] }
}

async function copyCpuset(from: string, to: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) await writeFile(join(to, file), await readFile(join(from, file)))
}

async function makeV2(places: string[], paths: LabPaths, id: string, memoryBytes: number): Promise<HostGroups> {
  const place = places[0] ?? '/sys/fs/cgroup'
  const own = join(place, groupOf(paths), id)
  const groups = { watch: join(own, 'watch'), boots: join(own, 'boots') }
  await mkdir(groups.watch, { recursive: true })
  await mkdir(groups.boots, { recursive: true })
  for (const group of [place, join(place, groupOf(paths)), own, groups.boots]) {
    const offered = ((await readText(join(group, 'cgroup.controllers'))) ?? '').trim().split(' ')
    for (const name of offered) await writeIfThere(join(group, 'cgroup.subtree_control'), `+${name}`)
  }
  await writeIfThere(join(own, 'memory.max'), String(memoryBytes))
  return { watch: [groups.watch], boots: [groups.boots] }
}

async function writeIfThere(file: string, text: string): Promise<void> {
  if ((await readText(file)) === undefined) return
  await writeFile(file, text).catch(() => {})
}

/** Every process that runs in a host (or, without an id, in any host of the lab), with its supervisor. */
export async function processesIn(paths: LabPaths, id?: string): Promise<number[]> {
  const found = new Set<number>()
  for (const root of await groupRoots(paths, id)) {
    for (const group of await groupsBelow(root)) {
      for (const line of ((await readText(join(group, 'cgroup.procs'))) ?? '').split('\n')) {
        if (Number(line) > 0) found.add(Number(line))
      }
    }
  }
  return [...found]
}

export async function dropGroups(paths: LabPaths, id?: string): Promise<void> {
  for (const root of await groupRoots(paths, id)) {
    for (const group of (await groupsBelow(root)).reverse()) await rmdir(group).catch(() => {})
  }
}

async function groupRoots(paths: LabPaths, id?: string): Promise<string[]> {
  const { v1, v2 } = hierarchies(await readFile('/proc/mounts', 'utf8'))
  return [...v1, ...v2].map((place) => join(place, groupOf(paths), id ?? ''))
}

async function groupsBelow(root: string): Promise<string[]> {
  try {
    const inside = await readdir(root, { withFileTypes: true })
    const below = await Promise.all(
      inside.filter((one) => one.isDirectory()).map((one) => groupsBelow(join(root, one.name))),
    )
    return [root, ...below.flat()]
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
