import { acceptRestore, type CheckpointSink } from '../modules/trail/index.ts'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import type { BackupPlace } from '../platform/backup-place.ts'
import { databaseRoles } from '../platform/database-roles.ts'
import { type Db, openDatabase } from '../platform/db.ts'
import { beginEpoch } from '../platform/epoch.ts'
import { loadSnapshot } from '../platform/snapshot-load.ts'
import { entriesOf, withSpool } from './own-backup.ts'
import { inDatabase, type OwnDatabase, refuseWhileRunning, withClient } from './own-database.ts'
import { migrateTo, prepareDatabase } from './prepare-database.ts'

const staging = 'nexus_restoring'

/** How much a Nexus knows: what a restore writes into the trail of before and after. */
export type OwnSize = Readonly<Record<(typeof sized)[number], number>> & { readonly lastEntryAt: string | null }
const sized = ['orders', 'host', 'instance', 'run', 'notice', 'person', 'audit_entry'] as const

export type RestoreFacts = {
  readonly name: string
  readonly point: string
  readonly epoch: number
  readonly before: OwnSize | null
  readonly after: OwnSize
  /** Entries that had left in a checkpoint, and those that are here now; null where nothing is missing, or nobody can tell. */
  readonly trail: { readonly from: number; readonly to: number } | null
  /** Where the database of before is kept, when there was one. */
  readonly keptAs: string | null
}

export type RestoreDeps = {
  readonly database: OwnDatabase
  readonly place: BackupPlace
  readonly key: Buffer
  readonly spool: string
  /** Where checkpoints of the trail have gone: what they say and the backup does not is written as an entry. */
  readonly sinks: readonly CheckpointSink[]
  readonly now: () => Date
}

/**
 * Makes another life of Nexus out of a backup. With the embedded Postgres it is loaded beside the present database, which
 * is kept under another name and swapped in one transaction; a database of your own must be empty. The trail of the new
 * life begins with what was before and what is now; it is held until somebody resumes it.
 */
export async function restoreBackup(actor: Actor, name: string, deps: RestoreDeps): Promise<RestoreFacts> {
  requirePermission(actor, 'access.write')
  const { database, place, key, spool, sinks, now } = deps
  await refuseWhileRunning(database.url)
  const target = database.embedded ? staging : new URL(database.url).pathname.slice(1)
  const urls = { nexus: inDatabase(database.ownerUrl, target), dbos: inDatabase(database.url, target) }
  if (database.embedded) await makeStaging(database.ownerUrl)

  const head = await withSpool(spool, async (file) => {
    await place.fetch(name, file)
    return (await loadSnapshot(entriesOf(file, key), urls, (names) => migrateTo(urls.nexus, names))).head
  })
  await prepareDatabase(urls.dbos, database.ownerUrl === database.url ? undefined : urls.nexus)

  const at = now()
  const before = database.embedded ? await sizeAt(database.ownerUrl) : null
  const keptAs = before ? `nexus_before_${at.toISOString().replace(/\D/g, '').slice(0, 14)}` : null
  const db = openDatabase(urls.dbos, 2)
  const facts = await db
    .inTransaction(async (tx) => {
      const epoch = await beginEpoch(tx, new Date(head.point), at)
      const known = { name, point: head.point, epoch: epoch.number, keptAs }
      const after = await sizeOf(tx)
      await recordAudit(tx, actor, {
        action: 'nexus.restored',
        subject: name,
        at,
        before: before ?? {},
        after: { ...known, ...after },
      })
      return { ...known, before, after }
    })
    .then(async (told) => {
      const reason = `nexusctl admin restore ${name}`
      return { ...told, trail: (await acceptRestore({ db, now, sinks }, actor, reason)) ?? null }
    })
    .finally(() => db.close())
  if (database.embedded) await swap(database, keptAs)
  return facts
}

async function makeStaging(ownerUrl: string): Promise<void> {
  await withClient(inDatabase(ownerUrl, 'postgres'), async (client) => {
    await client.query(`drop database if exists ${staging}`)
    await client.query(`create database ${staging} owner ${databaseRoles.owner}`)
    await client.query(`grant create on database ${staging} to ${databaseRoles.app}`)
  })
}

/** Both names change in one transaction: whoever is killed here leaves either the old database or the new one. */
async function swap({ url, ownerUrl }: OwnDatabase, keptAs: string | null): Promise<void> {
  await refuseWhileRunning(url)
  await withClient(inDatabase(ownerUrl, 'postgres'), async (client) => {
    if (keptAs === null) await client.query('drop database nexus')
    await client.query('begin')
    if (keptAs !== null) await client.query(`alter database nexus rename to ${keptAs}`)
    await client.query(`alter database ${staging} rename to nexus`)
    await client.query('commit')
  })
}

async function sizeOf(db: Db): Promise<OwnSize> {
  const columns = sized.map((each) => `(select count(*) from nexus.${each}) as ${each}`).join(', ')
  const row = await db.row<Record<string, number> & { last: Date | null }>(
    `select ${columns}, (select max(at) from nexus.audit_entry) as last`,
  )
  const count = (each: string) => Number(row?.[each] ?? 0)
  return {
    orders: count('orders'),
    host: count('host'),
    instance: count('instance'),
    run: count('run'),
    notice: count('notice'),
    person: count('person'),
    audit_entry: count('audit_entry'),
    lastEntryAt: row?.last?.toISOString() ?? null,
  }
}

/** Null where there is no Nexus yet. */
async function sizeAt(url: string): Promise<OwnSize | null> {
  const db = openDatabase(url, 1)
  try {
    const there = await db.row<{ there: boolean }>(`select to_regclass('nexus.audit_entry') is not null as there`)
    return there?.there ? await sizeOf(db) : null
  } finally {
    await db.close()
  }
}
