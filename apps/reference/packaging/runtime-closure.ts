import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export type InstalledPackage = { readonly folder: string; readonly path: string }

type PackageFile = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package and all it needs at run time, found the way Node finds them; `path` is where it goes below the new root. */
export function runtimeClosure(root: string, names: readonly string[]): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>()
  const waiting = names.map((name) => ({ name, from: root, optional: false }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = locate(next.name, next.from, root)
    if (folder === undefined) {
      if (next.optional) continue
      throw new Error(`The package ${next.name} is not installed. Run npm ci first.`)
    }
    if (found.has(folder)) continue
    found.set(folder, { folder, path: relative(root, folder) })
    // A package.json written by npm has this shape.
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as PackageFile
    for (const name of Object.keys(dependencies)) {
      waiting.push({ name, from: folder, optional: Object.hasOwn(optionalDependencies, name) })
    }
    for (const name of Object.keys(optionalDependencies)) waiting.push({ name, from: folder, optional: true })
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function locate(name: string, from: string, root: string): string | undefined {
  for (let at = from; at.startsWith(root); at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  return undefined
}

const leftOut =
  /(^|\/)(node_modules|test|tests|docs|examples?|benchmarks?|\.github)$|\.(d\.[cm]?ts|[cm]?ts|map|md|markdown)$/i

/** Documents, types and tests stay behind; licences go along. */
export const runsInProduction = (path: string): boolean => /licen[cs]e|notice/i.test(path) || !leftOut.test(path)
