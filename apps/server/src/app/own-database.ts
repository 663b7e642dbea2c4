import pg from 'pg'
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import { NexusError } from '../platform/errors.ts'
import { loadUnfinished } from '../platform/snapshot-load.ts'
import { readOwnerUrl } from './config.ts'
import type { Settings } from './settings.ts'

/** The database of this Nexus, for whoever works on it beside nexusd. */
export type OwnDatabase = {
  readonly url: string
  readonly ownerUrl: string
  readonly embedded: boolean
  /** Ends what was started for this: a Postgres that ran before goes on running. */
  readonly close: () => Promise<void>
}

export async function openOwnDatabase(settings: Settings): Promise<OwnDatabase> {
  if (settings.databaseUrl) {
    const { databaseUrl: url } = settings
    return { url, ownerUrl: readOwnerUrl(settings) ?? url, embedded: false, close: async () => {} }
  }
  const postgres = await startEmbeddedPostgres(settings.home)
  const { url, ownerUrl } = postgres
  return {
    url,
    ownerUrl,
    embedded: true,
    close: async () => {
      if (!postgres.adopted) await postgres.stop()
    },
  }
}

/** The same connection to another database of that server. */
export function inDatabase(url: string, name: string): string {
  const at = new URL(url)
  at.pathname = `/${name}`
  return at.toString()
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'nexus-admin' })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** nexusd must be stopped: what it writes meanwhile would be lost without a word. */
export async function refuseWhileRunning(url: string): Promise<void> {
  const found = await withClient(url, (client) =>
    client.query(
      `select 1 from pg_stat_activity where datname = current_database() and application_name in ('nexusd', 'nexus-lease')`,
    ),
  )
  if (found.rowCount === 0) return
  throw new NexusError('nexus.runs', 'conflict', 'nexusd works on this database.', {
    hint: 'Stop it first: systemctl stop nexusd. Nothing was changed.',
  })
}

/** A database that a restore left half is not started on. */
export async function refuseHalfLoaded(url: string): Promise<void> {
  if (!(await withClient(url, loadUnfinished))) return
  throw new NexusError('backup.load_unfinished', 'conflict', 'A restore into this database did not come to its end.', {
    hint: 'Run the same `nexusctl admin restore` again, or name an empty database.',
  })
}
