import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseRoles, prepareRoles } from './database-roles.ts'
import { NexusError } from './errors.ts'
import { newSecret } from './ids.ts'
import type { Log } from './log.ts'
import {
  enginePackage,
  findEngine,
  letThrough,
  majorOf,
  makeCluster,
  type Owner,
  ownerOf,
  placeEngine,
} from './postgres-engine.ts'
import { type PostgresServer, runServer, stopServer } from './postgres-server.ts'

export type OwnUrls = {
  /** For the role that runs Nexus: it owns nothing of the trail. */
  readonly url: string
  /** For the role that owns the tables: migrations only. */
  readonly ownerUrl: string
  /** For the role that may only read the trail. */
  readonly auditorUrl: string
}

export type EmbeddedPostgres = OwnUrls & {
  /** True when a server of an earlier, killed process was taken over. */
  readonly adopted: boolean
  /** From which major version the data were carried over at this start. */
  readonly upgradedFrom?: number
  readonly supervise: (log: Log) => void
  readonly stop: () => Promise<void>
}

export type EmbeddedOptions = {
  /** Brings everything from a server of an earlier major version to an empty one of this version. */
  readonly carry?: (from: OwnUrls, to: OwnUrls) => Promise<void>
  /** Another engine than the usual one, by its major version. */
  readonly major?: number
}

type Place = { readonly folder: string; readonly socket: string; readonly owner: Owner; readonly passwords: Passwords }
type Passwords = Readonly<Record<'superuser' | keyof typeof databaseRoles, string>>

async function passwordIn(file: string): Promise<string> {
  const found = await readFile(file, 'utf8').catch(() => '')
  if (found) return found.trim()
  const made = newSecret(24)
  await writeFile(file, made, { mode: 0o600 })
  return made
}

const url = (role: string, password: string, database: string, socket: string) =>
  `postgresql://${role}:${password}@localhost:5432/${database}?host=${encodeURIComponent(socket)}`

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/**
 * A real PostgreSQL below `home`/postgres: it listens on a socket in a folder of its own only (0700), speaks SCRAM, has a
 * random password, and three roles: owner, app, auditor (database-roles.ts). A server left running by a kill -9 is adopted;
 * data of an earlier major version are carried over and kept.
 * Errors: `database.no_engine`, `database.home_closed`, `database.cannot_prepare`, `database.did_not_start`,
 * `database.older_data`, `database.newer_data`, `database.no_old_engine`.
 */
export async function startEmbeddedPostgres(home: string, options: EmbeddedOptions = {}): Promise<EmbeddedPostgres> {
  const folder = join(home, 'postgres')
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const data = join(folder, 'data')
  const owner = await ownerOf(home, data)
  await letThrough(home, owner)
  const engine = await placeEngine(folder, enginePackage(options.major))
  const socket = join(folder, 'socket')
  await ownFolder(socket, owner)
  const passwords: Passwords = {
    superuser: await passwordIn(join(folder, 'superuser-password')),
    owner: await passwordIn(join(folder, 'owner-password')),
    app: await passwordIn(join(folder, 'password')),
    auditor: await passwordIn(join(folder, 'auditor-password')),
  }
  const place: Place = { folder, socket, owner, passwords }
  await finishUpgrade(place)
  const found = await versionOf(data)
  const upgradedFrom = found !== undefined && found !== majorOf(engine) ? found : undefined
  if (upgradedFrom !== undefined) await upgrade(place, engine, upgradedFrom, options.carry)
  const { server, urls } = await serve(place, engine, data, socket)
  return {
    ...urls,
    ...(upgradedFrom === undefined ? {} : { upgradedFrom }),
    adopted: server.adopted,
    supervise: server.supervise,
    stop: server.stop,
  }
}

async function ownFolder(folder: string, owner: Owner): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (owner) await chown(folder, owner.uid, owner.gid)
  await chmod(folder, 0o700)
}

async function versionOf(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number(text.trim())
}

/** A cluster in `data`, made where there is none, running, with its roles. */
async function serve(
  { folder, owner, passwords }: Place,
  engine: string,
  data: string,
  socket: string,
): Promise<{ readonly server: PostgresServer; readonly urls: OwnUrls }> {
  await ownFolder(data, owner)
  if ((await versionOf(data)) === undefined) await makeCluster(engine, data, passwords.superuser, owner)
  const superuser = (database: string) => url('postgres', passwords.superuser, database, socket)
  const server = await runServer({
    engine,
    data,
    socket,
    owner,
    logFile: join(folder, 'postgres.log'),
    probe: superuser('postgres'),
  })
  await prepareRoles(superuser, passwords)
  const of = (role: keyof typeof databaseRoles) => url(databaseRoles[role], passwords[role], 'nexus', socket)
  return { server, urls: { url: of('app'), ownerUrl: of('owner'), auditorUrl: of('auditor') } }
}

const nextOf = (folder: string) => join(folder, 'data-next')
const doneOf = (folder: string) => join(folder, 'data-next-complete')

/**
 * Both engines run side by side: the old one on the old data, the new one on a new cluster beside it, and everything is
 * carried from one to the other. The old data stay as `data-<major>-kept`. Killed anywhere, it begins again or is finished
 * by the next start.
 */
async function upgrade(place: Place, engine: string, from: number, carry: EmbeddedOptions['carry']): Promise<void> {
  const { folder, owner } = place
  const to = majorOf(engine)
  if (from > to) {
    throw new NexusError(
      'database.newer_data',
      'conflict',
      `The data are of PostgreSQL ${from}, the engine here is ${to}.`,
      {
        hint: 'Start the newer Nexus that wrote them, or restore a backup.',
      },
    )
  }
  const old = await findEngine(folder, from)
  if (!old) {
    throw new NexusError(
      'database.no_old_engine',
      'conflict',
      `The data are of PostgreSQL ${from}, whose engine is not in ${folder}.`,
      {
        hint: `Put it there as engine-${from}.0 (bin, lib, share), or restore a backup into an empty NEXUS_HOME.`,
      },
    )
  }
  if (!carry) {
    throw new NexusError(
      'database.older_data',
      'conflict',
      `The data are of PostgreSQL ${from} and wait for nexusd to carry them to ${to}.`,
      {
        hint: 'Start nexusd once.',
      },
    )
  }
  const next = nextOf(folder)
  await rm(next, { recursive: true, force: true })
  await stopServer(join(folder, 'data'))
  const oldSocket = join(folder, 'socket-old')
  await ownFolder(oldSocket, owner)
  const before = await serve(place, old, join(folder, 'data'), oldSocket)
  try {
    const after = await serve(place, engine, next, place.socket)
    try {
      await carry(before.urls, after.urls)
    } finally {
      await after.server.stop()
    }
  } finally {
    await before.server.stop()
  }
  await writeFile(doneOf(folder), `${from}\n`)
  await finishUpgrade(place)
}

/** The new cluster takes its place once it is whole; each of these may have been done by the start before. */
async function finishUpgrade({ folder }: Place): Promise<void> {
  const from = await readFile(doneOf(folder), 'utf8').catch(() => undefined)
  if (from === undefined) return
  const data = join(folder, 'data')
  if (await isThere(nextOf(folder))) {
    if (await isThere(data)) await rename(data, join(folder, `data-${from.trim()}-kept`))
    await rename(nextOf(folder), data)
  }
  await rm(doneOf(folder))
}
