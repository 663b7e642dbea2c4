/**
 * Installs the tarballs of `npm run dist` into an empty folder, with the machine's own Node (20 or newer), and uses them
 * there: what works from the checkout may still lack a file or a dependency where it was installed.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'out', 'dist')

/** The machine's Node, not the one that the checkout brings: that is what people install packages with. */
const env = {
  ...process.env,
  PATH: (process.env['PATH'] ?? '')
    .split(':')
    .filter((each) => !each.startsWith(join(root, 'node_modules')))
    .join(':'),
}

async function within(folder: string, program: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(program, words, { cwd: folder, env, timeout: 180_000 }).catch(
    (thrown: { stdout?: string; stderr?: string }) => {
      throw new Error(`${program} ${words.join(' ')}\n${thrown.stdout ?? ''}${thrown.stderr ?? String(thrown)}`)
    },
  )
  return stdout
}

function mustSay(said: string, expected: RegExp, what: string): void {
  if (!expected.test(said)) throw new Error(`${what} should have said ${expected}, and said:\n${said}`)
  process.stdout.write(`ok ${what}\n`)
}

await run(process.execPath, [join(root, 'packages/dist.ts')], { cwd: root })
const folder = await mkdtemp(join(tmpdir(), 'nexus-packages-'))
try {
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  const tarballs = (await readdir(dist)).filter((each) => each.endsWith('.tgz')).map((each) => join(dist, each))
  await within(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs)
  process.stdout.write(`installed ${tarballs.length} packages under Node ${await within(folder, 'node', '-v')}`)

  const nexusctl = join(folder, 'node_modules/.bin/nexusctl')
  mustSay(await within(folder, nexusctl, '--version'), /^\d+\.\d+\.\d+/, 'nexusctl --version')
  mustSay(await within(folder, nexusctl, 'order', 'list', '--help'), /--at-risk/, 'nexusctl order list --help')
  const use = (code: string) => within(folder, 'node', '--input-type=module', '-e', code)
  mustSay(
    await use(
      `import { emptyRange, rootOf } from '@nexus/trail'; console.log(Buffer.from(rootOf(emptyRange())).toString('hex'))`,
    ),
    /^e3b0c44298fc1c149afbf4c8996fb924/,
    'the empty tree of @nexus/trail (RFC 6962)',
  )
  mustSay(
    await use(
      `import { bundlePage } from '@nexus/trail';
       console.log(bundlePage({ about: { kind: 'order', id: '1' }, key: '', entries: [], evidence: [] }))`,
    ),
    /getElementById/,
    'the page of an evidence bundle of @nexus/trail',
  )
  mustSay(
    await use(
      `import { startTrial, verdict } from '@nexus/judge';
       const plan = { alpha: 0.05, beta: 0.2, metrics: [{ name: 'errors', critical: true, smallestHarm: { ratio: 2 } }] };
       console.log(verdict(startTrial(plan)).decision)`,
    ),
    /^undecided/,
    'a trial of @nexus/judge without data',
  )
  mustSay(
    await use(
      `import { createClient } from '@nexus/client'; console.log(typeof createClient({ server: 'http://127.0.0.1:1' }).GET)`,
    ),
    /^function/,
    'the client of @nexus/client',
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
