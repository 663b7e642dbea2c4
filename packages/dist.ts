/**
 * Writes what is installed from a registry as JavaScript: nexusctl, the client, the judge and the trail, as tarballs in
 * out/dist. Node does not strip types below node_modules, so these cannot ship as they lie here.
 *
 *     npm run dist
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const out = join(root, 'out', 'dist')
/** Folders beside src that are read at run time, as they lie here. */
const assets = ['page']
const shipped = ['packages/client', 'packages/judge', 'packages/trail', 'apps/cli']

type Manifest = {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
}

const asJs = (path: string) => path.replace(/\.ts$/, '.js')

/** The manifest as a registry takes it: JavaScript in, types beside it, our own packages at their exact version. */
function published(manifest: Manifest, versions: ReadonlyMap<string, string>): object {
  const dependencies = Object.entries(manifest.dependencies ?? {})
    .filter(([name]) => name !== '@nexus/lab')
    .map(([name, range]) => [name, versions.get(name) ?? range])
  return {
    name: manifest.name,
    version: manifest.version,
    license: manifest.license,
    type: 'module',
    engines: { node: '>=20' },
    files: ['src', ...assets, 'LICENSE'],
    ...(manifest.bin
      ? { bin: Object.fromEntries(Object.entries(manifest.bin).map(([name, file]) => [name, asJs(file)])) }
      : { exports: { '.': { types: './src/index.d.ts', default: './src/index.js' } } }),
    dependencies: Object.fromEntries(dependencies),
  }
}

async function compile(tree: string): Promise<void> {
  const config = join(out, 'tsconfig.json')
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      incremental: false,
      declaration: true,
      outDir: tree,
      rootDir: root,
      target: 'ES2022',
      types: ['node'],
    },
    include: shipped.map((each) => join(root, each, 'src')),
    exclude: [
      '**/*.test.ts',
      '**/node_modules',
      join(root, 'apps/cli/src/quickstart'),
      join(root, 'apps/cli/src/test'),
    ],
  }
  await writeFile(config, JSON.stringify(options))
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', config], { cwd: root }).catch((thrown: { stdout?: string }) => {
    throw new Error(`The packages do not compile:\n${thrown.stdout ?? thrown}`)
  })
}

await rm(out, { recursive: true, force: true })
await mkdir(out, { recursive: true })
const tree = join(out, 'tree')
await compile(tree)
const manifests = await Promise.all(
  shipped.map(async (each) => JSON.parse(await readFile(join(root, each, 'package.json'), 'utf8')) as Manifest),
)
const versions = new Map(manifests.map(({ name, version }) => [name, version]))
for (const [at, manifest] of manifests.entries()) {
  const from = shipped[at] ?? ''
  const folder = join(out, manifest.name.replace('@nexus/', ''))
  await cp(join(tree, from, 'src'), join(folder, 'src'), { recursive: true })
  for (const each of assets.filter((one) => existsSync(join(root, from, one))))
    await cp(join(root, from, each), join(folder, each), { recursive: true })
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  for (const file of Object.values(manifest.bin ?? {}).map(asJs)) {
    const program = join(folder, file)
    await writeFile(program, `#!/usr/bin/env node\n${await readFile(program, 'utf8')}`)
    await chmod(program, 0o755)
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(published(manifest, versions), undefined, 2))
  const { stdout } = await run('npm', ['pack', '--pack-destination', out, '--silent'], { cwd: folder })
  process.stdout.write(`${join(out, stdout.trim())}\n`)
}
await rm(tree, { recursive: true, force: true })
