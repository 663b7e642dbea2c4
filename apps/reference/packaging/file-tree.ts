import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One thing in an archive. Folders are made from the paths of files; times, owners and order are never taken from the disk. */
export type TreeFile = { readonly path: string; readonly content: Buffer; readonly executable: boolean }

export const textFile = (path: string, text: string): TreeFile => ({
  path,
  content: Buffer.from(text),
  executable: false,
})

export const copiedFile = (path: string, from: string, executable = false): TreeFile => ({
  path,
  content: readFileSync(from),
  executable,
})

/** All plain files below a folder for which `takes` answers yes; links are left out. */
export function filesBelow(folder: string, to: string, takes: (path: string) => boolean): readonly TreeFile[] {
  const found: TreeFile[] = []
  const walk = (inner: string) => {
    for (const name of readdirSync(join(folder, inner)).sort()) {
      const path = inner === '' ? name : `${inner}/${name}`
      if (!takes(path)) continue
      const facts = lstatSync(join(folder, path))
      if (facts.isDirectory()) walk(path)
      else if (facts.isFile()) found.push(copiedFile(`${to}/${path}`, join(folder, path)))
    }
  }
  walk('')
  return found
}
