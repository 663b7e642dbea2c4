import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { type ArchiveEntry, readArchive, writeArchive } from '../platform/archive.ts'
import { recordAudit } from '../platform/audit.ts'
import type { BackupPlace } from '../platform/backup-place.ts'
import { openDatabase } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'
import { openStream, sealStream } from '../platform/sealed-stream.ts'
import { headName, type SnapshotHead, takeSnapshot } from '../platform/snapshot.ts'
import { checkSnapshot } from '../platform/snapshot-load.ts'

/**
 * The key that seals backups, worked out of the master key: with the master key one has both, with this one alone the
 * rows of a backup, but none of the secrets in it.
 */
export const backupKeyOf = (masterKey: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, '', 'nexus backup', 32))

export type BackupFacts = {
  readonly name: string
  readonly place: string
  /** The moment whose state it is. */
  readonly point: string
  readonly bytes: number
  readonly sha256: string
  readonly tables: number
  readonly rows: number
}

export type BackupDeps = {
  readonly url: string
  readonly key: Buffer
  readonly place: BackupPlace
  /** A folder of ours for the sealed file on its way. */
  readonly spool: string
  readonly now: () => Date
}

const sumOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file)) hash.update(part as Buffer)
  return hash.digest('hex')
}

/** Works with a file in the spool that is gone afterwards, whatever happens. */
export async function withSpool<T>(spool: string, work: (file: string) => Promise<T>): Promise<T> {
  await mkdir(spool, { recursive: true, mode: 0o700 })
  const file = join(spool, `.spool-${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    return await work(file)
  } finally {
    await rm(file, { force: true })
  }
}

export const entriesOf = (file: string, key: Buffer): AsyncIterable<ArchiveEntry> =>
  readArchive(openStream(createReadStream(file), key))

/**
 * Saves all of Nexus as of one moment: sealed into the spool, opened and checked to its end there, put to its place, read
 * back from it and compared. Only then is it a backup, and the trail says so. nexusd may run meanwhile.
 */
export async function makeBackup(actor: Actor, deps: BackupDeps, keep: number): Promise<BackupFacts> {
  requirePermission(actor, 'access.write')
  const { key, place, spool, now } = deps
  const facts = await withSpool(spool, async (file) => {
    const { name } = await sealInto(file, deps)
    const { head, proof } = await checkSnapshot(entriesOf(file, key))
    const sha256 = await sumOf(file)
    await place.put(name, file)
    await withSpool(spool, async (copy) => {
      await place.fetch(name, copy)
      if ((await sumOf(copy)) === sha256) return
      throw new NexusError(
        'backup.not_as_sent',
        'unavailable',
        `${place.title} gave back something else than was put there.`,
      )
    })
    return {
      name,
      place: place.title,
      point: head.point,
      bytes: (await stat(file)).size,
      sha256,
      tables: proof.tables.length,
      rows: proof.tables.reduce((sum, each) => sum + each.rows, 0),
    }
  })
  await recordBackup(actor, deps.url, facts, now())
  const kept = await place.list()
  for (const each of kept.slice(0, Math.max(0, kept.length - keep))) await place.remove(each)
  return facts
}

async function sealInto(file: string, { url, key, now }: BackupDeps): Promise<{ readonly name: string }> {
  let point = ''
  const watched = async function* () {
    for await (const entry of takeSnapshot(url)) {
      if (entry.name === headName) point = (JSON.parse(entry.content.toString()) as SnapshotHead).point
      yield entry
    }
  }
  const archive = writeArchive(watched(), now())
  await pipeline(sealStream(archive, key), createWriteStream(file, { mode: 0o600 }))
  return { name: `nexus-${point.replace(/[-:]/g, '').replace(/\.\d+/, '')}-${randomBytes(3).toString('hex')}.sealed` }
}

async function recordBackup(actor: Actor, url: string, facts: BackupFacts, at: Date): Promise<void> {
  const db = openDatabase(url, 1)
  try {
    await db.inTransaction((tx) =>
      recordAudit(tx, actor, { action: 'nexus.backed_up', subject: facts.name, at, after: facts }),
    )
  } finally {
    await db.close()
  }
}

/** Opens a backup and reads it to its end: every chunk, every table's sum. Nothing is loaded anywhere. */
export async function verifyBackup(
  name: string,
  { place, key, spool }: Pick<BackupDeps, 'place' | 'key' | 'spool'>,
): Promise<BackupFacts> {
  return withSpool(spool, async (file) => {
    await place.fetch(name, file)
    const { head, proof } = await checkSnapshot(entriesOf(file, key))
    return {
      name,
      place: place.title,
      point: head.point,
      bytes: (await stat(file)).size,
      sha256: await sumOf(file),
      tables: proof.tables.length,
      rows: proof.tables.reduce((sum, each) => sum + each.rows, 0),
    }
  })
}
