import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runProgram } from '../platform/local-program.ts'

const folders = ['bin', 'apps', 'packages', 'lab', 'docs', 'examples']
const files = ['package.json', 'package-lock.json', 'LICENSE', 'README.md', 'CHANGELOG.md']
/** What the scripts of `bin` compare, so that they install nothing in a release. */
const marks = ['.nexus-installed', '.nexus-node-checked', '.package-lock.json']

type Lock = { readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly version?: string }>> }

const isCode = (path: string): boolean => !/\.test\.tsx?$/.test(path) && !/(^|\/)(node_modules|out)(\/|$)/.test(path)

/** Its version and twelve digits of what is in it: the same code has the same name. */
export async function releaseOf(source: string): Promise<string> {
  const { version = '0' } = JSON.parse(await readFile(join(source, 'apps/server/package.json'), 'utf8')) as {
    version?: string
  }
  const sum = createHash('sha256')
  for (const folder of ['bin', 'apps', 'packages']) {
    const found = await readdir(join(source, folder), { recursive: true, withFileTypes: true })
    const paths = found
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(source.length))
    for (const path of paths.filter(isCode).sort()) sum.update(path).update(await readFile(join(source, path)))
  }
  sum.update(await readFile(join(source, 'package-lock.json')))
  return `${version}-${sum.digest('hex').slice(0, 12)}`
}

/** Code and the packages it runs with, not the ones it is built and tested with; whole or not at all. */
export async function copyRelease(source: string, to: string): Promise<void> {
  const half = `${to}.new`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true, mode: 0o755 })
  for (const folder of folders) {
    const filter = (path: string) => isCode(path.slice(source.length + 1))
    await cp(join(source, folder), join(half, folder), { recursive: true, filter, verbatimSymlinks: true }).catch(
      unlessMissing,
    )
  }
  for (const file of files) await cp(join(source, file), join(half, file)).catch(unlessMissing)
  for (const path of [...(await packagesOf(source)), ...marks.map((each) => `node_modules/${each}`)]) {
    await mkdir(dirname(join(half, path)), { recursive: true })
    await cp(join(source, path), join(half, path), {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
    }).catch(unlessMissing)
  }
  await runProgram(['chown', '-R', '-h', 'root:root', half], 120)
  await runProgram(['chmod', '-R', 'u=rwX,go=rX', half], 120)
  await rename(half, to)
}

async function packagesOf(source: string): Promise<readonly string[]> {
  const { packages } = JSON.parse(await readFile(join(source, 'package-lock.json'), 'utf8')) as Lock
  return Object.entries(packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path)
}

/** A package for another processor is in the lock and not here. */
function unlessMissing(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'ENOENT') throw thrown
}
