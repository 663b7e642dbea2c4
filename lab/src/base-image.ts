import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { LabError } from './lab-error.ts'
import { isMissing, readText, writeWhole } from './lab-files.ts'
import { withLock } from './lab-lock.ts'
import type { LabPaths } from './lab-paths.ts'
import { run } from './lab-process.ts'

export const filesDir = join(import.meta.dirname, '..', 'files')
const trustedHere = '/usr/local/share/ca-certificates'
const buildSeconds = 900

export const releases = ['bookworm', 'trixie'] as const
export type Release = (typeof releases)[number]

/** What the build scripts read: settings of the machine that a host needs to reach the same package sources. */
type Ingredients = { readonly mirror: string; readonly files: ReadonlyMap<string, Buffer> }

export type Images = { readonly base: string; readonly servicesLayer: string }

/** The cached image of a plain host, built when missing. */
export async function ensureBase(paths: LabPaths, release: Release, say: (line: string) => void): Promise<string> {
  const plain = await ingredientsOf(release, 'host-units')
  const base = join(paths.cache, `base-${release}-${await hashOf('build-base.sh', plain)}`)
  await ensureBuilt(paths, base, plain, say, (into, input) => [
    join(filesDir, 'build-base.sh'),
    into,
    release,
    plain.mirror,
    input,
  ])
  return base
}

/** Both cached images of a release: a plain host, and what the services host has on top of it. */
export async function ensureImages(paths: LabPaths, release: Release, say: (line: string) => void): Promise<Images> {
  const base = await ensureBase(paths, release, say)
  const extra = await ingredientsOf(release, 'service-units')
  const services = join(paths.cache, `services-${basename(base).slice(5)}-${await hashOf('build-services.sh', extra)}`)
  await ensureBuilt(paths, services, extra, say, (into, input) => [
    join(filesDir, 'build-services.sh'),
    into,
    base,
    input,
  ])
  return { base, servicesLayer: join(services, 'layer') }
}

/** The base with a kernel of its own and these packages: `root` is a whole system, `boot` what starts it. */
export async function ensureVmImage(
  paths: LabPaths,
  release: Release,
  packages: readonly string[],
  say: (line: string) => void,
): Promise<string> {
  const base = await ensureBase(paths, release, say)
  const list: Ingredients = { mirror: '', files: new Map([['packages', Buffer.from(packages.join(' '))]]) }
  const image = join(paths.cache, `vm-${basename(base).slice(5)}-${await hashOf('build-vm.sh', list)}`)
  await ensureBuilt(paths, image, list, say, (into) => [join(filesDir, 'build-vm.sh'), into, base, ...packages])
  return image
}

async function ensureBuilt(
  paths: LabPaths,
  place: string,
  { files }: Ingredients,
  say: (line: string) => void,
  words: (into: string, input: string) => string[],
): Promise<void> {
  if (await isThere(place)) return
  const build = async () => {
    if (await isThere(place)) return
    say(`Building ${place} (once, a minute or two)`)
    const into = `${place}.building`
    const input = await mkdtemp(join(tmpdir(), 'nexus-lab-'))
    try {
      await rm(into, { recursive: true, force: true })
      await mkdir(into, { recursive: true })
      for (const [name, content] of files) {
        await mkdir(join(input, name, '..'), { recursive: true })
        await writeWhole(join(input, name), content.toString(), 0o644)
      }
      await run(['unshare', '--mount', 'sh', ...words(into, input)], { timeoutSeconds: buildSeconds })
      await rename(into, place)
    } finally {
      await rm(input, { recursive: true, force: true })
    }
  }
  const onWait = () => say(`Waiting for another lab that builds ${place}`)
  await withLock(join(paths.cache, `${basename(place)}.lock`), build, { onWait })
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function hashOf(script: string, { mirror, files }: Ingredients): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(join(filesDir, script)))
    .update(mirror)
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`\0${name}\0`).update(content)
  return hash.digest('hex').slice(0, 10)
}

async function ingredientsOf(release: Release, units: string): Promise<Ingredients> {
  const mirror = await debianMirror()
  const files = new Map<string, Buffer>()
  for (const name of await readdir(join(filesDir, units))) {
    files.set(join('units', name), await readFile(join(filesDir, units, name)))
  }
  if (units === 'host-units') {
    files.set('sources.list', Buffer.from(sourcesList(release, mirror)))
    files.set('apt.conf', Buffer.from(`${aptSettings(await run(['apt-config', 'dump']), process.env)}\n`))
    for (const name of await certificatesHere()) files.set(join('certs', name), await readFile(join(trustedHere, name)))
  }
  return { mirror, files }
}

async function certificatesHere(): Promise<string[]> {
  try {
    return (await readdir(trustedHere)).filter((name) => name.endsWith('.crt'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The mirror this machine takes Debian from, or Debian's own on a machine that is not Debian. */
async function debianMirror(): Promise<string> {
  const texts = [await readText('/etc/apt/sources.list'), await readText('/etc/apt/sources.list.d/debian.sources')]
  const found = /(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(texts.join('\n').replaceAll(/^#.*$/gm, ''))
  return found?.[1] ?? 'http://deb.debian.org/debian'
}

export const sourcesList = (release: Release, mirror: string): string =>
  [
    `deb ${mirror} ${release} main`,
    `deb ${mirror} ${release}-updates main`,
    `deb ${mirror}-security ${release}-security main`,
    '',
  ].join('\n')

/** Of the machine's apt settings those that decide how packages are fetched; nothing else of it belongs on a host. */
export function aptSettings(dump: string, env: NodeJS.ProcessEnv): string {
  const lines = dump.split('\n').filter((line) => /^Acquire::(?:https?::|Check-|Retries)/.test(line))
  for (const scheme of ['http', 'https']) {
    const proxy = env[`${scheme}_proxy`]
    if (proxy && !lines.some((line) => line.startsWith(`Acquire::${scheme}::Proxy `))) {
      lines.push(`Acquire::${scheme}::Proxy "${proxy}";`)
    }
  }
  return lines.join('\n')
}

/** A layer over the base in which hosts trust the given certificates. Made anew in each run, cheap (about a second). */
export async function makeTrustLayer(into: string, base: string, certificates: readonly string[]): Promise<string> {
  await rm(into, { recursive: true, force: true })
  await mkdir(into, { recursive: true })
  await run(['unshare', '--mount', 'sh', join(filesDir, 'build-trust.sh'), into, base, ...certificates])
  return join(into, 'layer')
}

export function releaseOf(text: string): Release {
  const release = releases.find((one) => one === text)
  if (!release)
    throw new LabError('lab.release_unknown', `There is no base ${text}; there are ${releases.join(' and ')}.`, 64)
  return release
}
