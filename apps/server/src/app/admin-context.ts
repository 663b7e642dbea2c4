import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { type Actor, systemActor } from '../platform/actor.ts'
import { now } from '../platform/clock.ts'
import { type Database, openDatabase } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'
import { createLog } from '../platform/log.ts'
import { outsideCalls } from '../platform/outside-calls.ts'
import { programPath } from './config.ts'
import { existingMasterKey } from './master-key.ts'
import { backupKeyOf } from './own-backup.ts'
import { inDatabase, type OwnDatabase, openOwnDatabase } from './own-database.ts'
import { createServices, type Services } from './services.ts'
import type { Settings } from './settings.ts'

/** What the verbs of an administrator on the machine of nexusd share. They read its files and its database directly. */
export type AdminContext = {
  readonly settings: Settings
  readonly flags: AdminFlags
  readonly actor: Actor
  readonly json: boolean
  readonly say: (line: string) => void
  /** Asked on the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined
}

/** What a verb answers: a value for programs, lines for people, and its own verdict. */
export type AdminAnswer = { readonly value: unknown; readonly lines: readonly string[]; readonly exit?: number }
export type AdminVerb = (context: AdminContext, words: readonly string[]) => Promise<AdminAnswer>

export type AdminFlags = {
  readonly to?: string
  readonly from?: string
  readonly keep?: string
  readonly masterKey?: string
  readonly backupKey?: string
  readonly reason?: string
  readonly log?: string
  readonly certificate?: string
  readonly yes: boolean
  readonly dryRun?: boolean
  readonly back?: boolean
  readonly wait?: string
}

/** In the trail: the machine's own user, for want of a token. */
export const adminActor = (): Actor => systemActor('admin', `os:${userInfo().username}`)

export const spoolOf = (settings: Settings): string => join(settings.home, 'backups')

export const masterKeyOf = ({ settings, flags }: AdminContext): Buffer =>
  existingMasterKey(flags.masterKey ? { masterKeyFile: flags.masterKey } : settings, programPath())

/** From its own file, or worked out of the master key. */
export function backupKeyFor(context: AdminContext): Buffer {
  const { backupKey } = context.flags
  if (backupKey === undefined) return backupKeyOf(masterKeyOf(context))
  const key = Buffer.from(readFileSync(backupKey, 'utf8').trim(), 'base64')
  if (key.length === 32) return key
  throw new NexusError(
    'backup.bad_key',
    'invalid',
    `${backupKey} holds no backup key: 32 bytes in base64 are expected.`,
  )
}

export async function withOwnDatabase<T>(settings: Settings, work: (database: OwnDatabase) => Promise<T>): Promise<T> {
  const database = await openOwnDatabase(settings)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** The modules of nexusd without its engine: nothing runs, nothing is started. */
export function withServices<T>(
  context: AdminContext,
  epoch: (db: Database) => Promise<number | undefined>,
  work: (services: Services, db: Database) => Promise<T>,
): Promise<T> {
  const { settings } = context
  return withOwnDatabase(settings, async ({ url }) => {
    const db = openDatabase(inDatabase(url, new URL(url).pathname.slice(1)), 4)
    const refuse = async () => {
      throw new NexusError('admin.no_engine', 'bug', 'No run is started beside nexusd.')
    }
    try {
      const number = await epoch(db)
      const services = await createServices({
        settings,
        log: createLog('warn'),
        db,
        masterKey: masterKeyOf(context),
        calls: outsideCalls(new Registry(), settings, now),
        delivery: { start: refuse, stop: refuse, giveBack: refuse },
        epoch: () => number,
      })
      return await work(services, db).finally(() => services.remote.close())
    } finally {
      await db.close()
    }
  })
}
