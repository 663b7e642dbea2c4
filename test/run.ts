import { type SpawnOptions, spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { whyNoLab } from '../lab/src/index.ts'
import { checkLicences } from './licences.ts'
import { longLabTests } from './long-lab-tests.ts'

/** One line of the list below: a name, what runs it, and when it cannot run here, why. */
type Part = {
  readonly name: string
  readonly fast?: true
  /** Runs only with --all; named as skipped otherwise. */
  readonly all?: true
  readonly run: () => Promise<Count>
  readonly whyNot?: () => string | undefined
}
type Count = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly reasons?: readonly string[]
}

const root = resolve(import.meta.dirname, '..')
const out = join(root, 'out', 'test')
const flags = new Set(process.argv.slice(2))
const unknown = [...flags].filter((each) => !['--fast', '--all'].includes(each))
if (unknown.length > 0) {
  process.stderr.write(`./bin/test takes --fast or --all, not ${unknown.join(' ')}\n`)
  process.exit(64)
}

const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const environment = { ...process.env, CI: 'true', NO_COLOR: '1', NEXUS_TEST_ALL: flags.has('--all') ? '1' : '' }

const finish = (words: readonly string[], options: SpawnOptions = {}): Promise<number> =>
  new Promise((done, fail) => {
    const [program = '', ...rest] = words
    const child = spawn(program, rest, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      ...options,
    })
    child.on('error', fail)
    child.on('close', (code) => done(code ?? 1))
  })

const countOf = (code: number): Count => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 })
const command = async (...words: string[]): Promise<Count> => countOf(await finish(words))

/** Begins now, beside the parts before its own; what it says is shown when its turn comes. */
function begun(...words: string[]): () => Promise<Count> {
  const [program = '', ...rest] = words
  const child = spawn(program, rest, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const each of [child.stdout, child.stderr]) each.on('data', (piece: Buffer) => said.push(piece))
  const code = new Promise<number>((done) => {
    child.on('error', (error) => {
      said.push(Buffer.from(`${error.message}\n`))
      done(1)
    })
    child.on('close', (status) => done(status ?? 1))
  })
  return async () => {
    const ended = await code
    process.stdout.write(Buffer.concat(said))
    return countOf(ended)
  }
}

type Report = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numFailedTestSuites: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** A run that leaves no report, or reports no test at all, has failed: nobody looked. */
async function vitest(project: string, words: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Promise<Count> {
  const file = join(out, `${project}.json`)
  await rm(file, { force: true })
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const env = { ...environment, ...more }
  const code = await finish([bin('vitest'), 'run', '--project', project, ...report, ...words], { env })
  const found = (await readFile(file, 'utf8').then(JSON.parse, () => undefined)) as Report | undefined
  if (!found) return { passed: 0, failed: 1, skipped: 0 }
  const skipped = found.testResults.flatMap((each) =>
    each.assertionResults
      .filter((one) => ['pending', 'skipped', 'todo', 'disabled'].includes(one.status))
      .map((one) => one.fullName),
  )
  const failed = Math.max(found.numFailedTests, code === 0 ? 0 : 1)
  const none = found.numPassedTests + failed + skipped.length === 0
  return { passed: found.numPassedTests, failed: none ? 1 : failed, skipped: skipped.length, reasons: skipped }
}

const leftOut = (what: string) => `${what}: takes minutes; ./bin/test --all runs it`

/** The long ones run with --all; otherwise they are named, never silently passed over. */
async function labTests(): Promise<Count> {
  const count = await vitest('lab')
  if (flags.has('--all')) return count
  const left = longLabTests.map(leftOut)
  return { ...count, skipped: count.skipped + left.length, reasons: [...(count.reasons ?? []), ...left] }
}

const packages = [
  'debootstrap',
  'systemd-container',
  'iproute2',
  'iptables',
  'openssh-client',
  'openssl',
  'curl',
  'chromium',
  'git',
  'libnss3-tools',
]

/** What tests need of Debian, by name, only what is missing: before the first of them that opens a browser. */
async function installDebianPackages(): Promise<Count> {
  const missing: string[] = []
  for (const each of packages) {
    // A package that was removed and not purged is still known.
    const installed = `test "$(dpkg-query -W -f '\${db:Status-Status}' "$0")" = installed`
    const code = await finish(['sh', '-c', installed, each], { stdio: 'ignore' }).catch(() => 1)
    if (code !== 0) missing.push(each)
  }
  if (missing.length === 0) return { passed: 1, failed: 0, skipped: 0 }
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=120']
  await finish([...apt, 'update'])
  return command(...apt, 'install', '-y', '--no-install-recommends', ...missing)
}

const parts: readonly Part[] = [
  { name: 'unit tests and house rules', fast: true, run: () => vitest('unit') },
  { name: 'types', fast: true, run: begun(bin('tsc'), '--noEmit') },
  { name: 'lint', fast: true, run: begun(bin('biome'), 'check', '--error-on-warnings', '.') },
  { name: 'licences and SBOM', run: () => checkLicences(root, join(root, 'out', 'sbom.json')) },
  {
    name: 'generated files are what would be generated',
    run: () => command(process.execPath, join(root, 'test', 'generate.ts'), '--check'),
  },
  {
    name: 'packages as they ship, installed elsewhere',
    run: () => command(process.execPath, join(root, 'test', 'packed-packages.ts')),
  },
  { name: 'Debian packages: a browser, and what real hosts need', run: installDebianPackages, whyNot: whyNoLab },
  { name: 'tests on a real Postgres', run: () => vitest('db') },
  { name: 'kills, stops and cuts of real processes', run: () => vitest('faults') },
  { name: 'tests on real hosts', run: labTests, whyNot: whyNoLab },
  {
    name: 'hosts of Debian 13',
    all: true,
    run: () => vitest('lab', ['apps/server/src/modules/hosts'], { NEXUS_TEST_RELEASE: 'trixie' }),
    whyNot: whyNoLab,
  },
]

await mkdir(out, { recursive: true })
const total = { passed: 0, failed: 0, skipped: 0 }
const closing: string[] = []
for (const part of parts) {
  if (flags.has('--fast') && !part.fast) continue
  const began = performance.now()
  const cannot = part.whyNot?.()
  const why = part.all && !flags.has('--all') ? leftOut(part.name) : cannot && `${part.name}: ${cannot}`
  process.stdout.write(`\n== ${part.name}\n`)
  const count: Count = why ? { passed: 0, failed: 0, skipped: 1, reasons: [why] } : await part.run()
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  closing.push(
    `${count.failed > 0 ? 'FAILED ' : 'ok     '} ${part.name} (${seconds} s)`,
    ...(count.reasons ?? []).map((each) => `  skipped: ${each}`),
  )
}
process.stdout.write(
  `\n${closing.join('\n')}\n\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
)
process.exit(total.failed > 0 ? 1 : 0)
