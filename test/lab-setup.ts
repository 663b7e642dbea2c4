import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const program = join(root, 'lab/src/main.ts')

const lab = (home: string, ...words: string[]): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [program, ...words], {
      env: { ...process.env, NEXUS_LAB_HOME: home },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    child.on('error', fail)
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`lab ${words.join(' ')} ended with ${code}`))))
  })

/** The lab that tests on real hosts share; vitest.config.ts puts the same folder into the environment of each test. */
const labOfTests = '/var/lib/nexus-lab-tests'

export default async function setup(): Promise<() => Promise<void>> {
  await lab(labOfTests, 'up', '--base', process.env['NEXUS_TEST_RELEASE'] ?? 'bookworm')
  return () => lab(labOfTests, 'down', '--all')
}
