import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const home = fileURLToPath(new URL('..', import.meta.url))
const vite = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url))

/** The folder of the built console; built first when it is missing or older than what it is made from. */
export async function builtConsole(): Promise<string> {
  const dist = join(home, 'dist')
  const built = await changedAt(join(dist, 'index.html'))
  const sources = [
    ...(await filesBelow(join(home, 'src'))),
    ...(await filesBelow(join(home, '../../packages/client/src'))),
    join(home, 'index.html'),
    join(home, 'vite.config.ts'),
  ]
  const newest = Math.max(...(await Promise.all(sources.map(changedAt))))
  // Without it the page gets the development edition of React, because a test runner says that this is a test.
  const env = { NODE_ENV: 'production' }
  if (built <= newest) await promisify(execFile)(process.execPath, [vite, 'build'], { cwd: home, env, timeout: 50_000 })
  return dist
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  )
