import { copyFile, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { rootOf } from './host-disk.ts'
import { runInside } from './host-machine.ts'
import { caFiles } from './lab-ca.ts'
import type { LabPaths } from './lab-paths.ts'
import { pebbleRootFile } from './services-host.ts'

/** The roots hosts are to trust, under the names they have there. */
export async function namedRoots(paths: LabPaths): Promise<string[]> {
  const lab = join(paths.ca, 'nexus-lab-ca.crt')
  const pebble = join(paths.ca, 'nexus-lab-pebble.crt')
  await copyFile(caFiles(paths).cert, lab)
  await copyFile(pebbleRootFile(paths), pebble)
  return [lab, pebble]
}

/** Makes a running host trust roots that are younger than its disk. */
export async function teachRoots(paths: LabPaths, id: string, roots: readonly string[]): Promise<void> {
  const place = join(rootOf(paths, id), 'usr/local/share/ca-certificates')
  for (const root of roots) await copyFile(root, join(place, basename(root)))
  await runInside(paths, id, ['update-ca-certificates'])
}

/** Takes away the layers of earlier runs on which no disk stands any more. */
export async function dropOldLayers(paths: LabPaths, used: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(paths.layers)) {
    const layer = join(paths.layers, name)
    if (!used.has(join(layer, 'layer'))) await rm(layer, { recursive: true, force: true })
  }
}
