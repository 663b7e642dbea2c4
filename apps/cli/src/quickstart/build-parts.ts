import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Io } from '../io.ts'
import type { QuickstartPlace } from './lab-settings.ts'
import { finish, node, root } from './quickstart-programs.ts'

/** The sample stack is packed once a checkout: its sum names what it was made of. */
export async function packStack(place: QuickstartPlace, io: Io): Promise<void> {
  const folder = join(place.stacks, 'reference')
  const marker = join(folder, '.packed')
  const wanted = await packedFrom()
  if ((await readFile(marker, 'utf8').catch(() => '')) === wanted) return
  io.say('Packing the sample stack...')
  await mkdir(folder, { recursive: true })
  const code = await finish(node, [join(root, 'apps/reference/package.ts'), '--out', folder], 'ignore')
  if (code !== 0)
    throw new Error(`Packing the sample stack failed (exit ${code}): node apps/reference/package.ts --out ${folder}`)
  await writeFile(marker, wanted)
}

/** The pages are built once a checkout, and again when their sources are newer. */
export async function buildConsole(io: Io): Promise<void> {
  const folder = join(root, 'apps/console')
  const built = await stat(join(folder, 'dist/index.html')).catch(() => undefined)
  const sources = await readdir(join(folder, 'src'), { recursive: true })
  const times = await Promise.all(sources.map(async (each) => (await stat(join(folder, 'src', each))).mtimeMs))
  if (built && Math.max(...times) < built.mtimeMs) return
  io.say('Building the console...')
  const words = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', folder]
  const code = await finish(node, words, 'ignore')
  if (code !== 0) io.say(`The console could not be built (exit ${code}); the API and nexusctl work without it.`)
}

async function packedFrom(): Promise<string> {
  const hash = createHash('sha256')
  const folder = join(root, 'apps/reference')
  for (const each of (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile() && !one.parentPath.includes('node_modules'))
    .map((one) => join(one.parentPath, one.name))
    .sort()) {
    hash.update(each.slice(root.length)).update(await readFile(each))
  }
  return hash.update(await readFile(join(root, 'package-lock.json'))).digest('hex')
}
