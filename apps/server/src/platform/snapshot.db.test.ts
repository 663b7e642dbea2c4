import { describe, expect, test } from 'vitest'
import { emptyDatabaseUrl, migrations } from '../../test/harness/database.ts'
import { type ArchiveEntry, readArchive, writeArchive } from './archive.ts'
import { migrate, openDatabase } from './db.ts'
import { toFailure } from './errors.ts'
import { takeSnapshot } from './snapshot.ts'
import { checkSnapshot, loadSnapshot } from './snapshot-load.ts'

async function migrated(url: string, only?: readonly string[]): Promise<void> {
  const database = openDatabase(url, 2)
  await migrate(database, migrations, only ? { only } : {})
  await database.close()
}
async function collect(entries: AsyncIterable<ArchiveEntry>): Promise<ArchiveEntry[]> {
  const found: ArchiveEntry[] = []
  for await (const each of entries) found.push(each)
  return found
}
async function* given(entries: readonly ArchiveEntry[]) {
  yield* entries
}
const load = (url: string, entries: readonly ArchiveEntry[]) =>
  loadSnapshot(given(entries), { nexus: url, dbos: url }, (names) => migrated(url, names))

/** A database with rows that are hard to carry: quotes, tabs, nulls, bytes, references, counters. */
async function withRows(): Promise<string> {
  const url = await emptyDatabaseUrl()
  await migrated(url)
  const database = openDatabase(url, 2)
  await database.inTransaction(async (tx) => {
    await tx.rows(
      `insert into run (id, flow, subject, started_by, started_at, input) select 'run:' || n, 'try', 's' || n, 'me', now(), jsonb_build_object('text', repeat('ü' || n, 200)) from generate_series(1, 3000) n`,
    )
    await tx.rows(
      `insert into run_step (run_id, position, name, state, started_at, note) values ('run:1', 1, $1, 'done', now(), null)`,
      ['a "name"\twith \\N and\nlines; \u202e'],
    )
    await tx.rows(`insert into bootstrap_token values ('\\x00ff10', now(), now(), null)`)
    await tx.rows(`insert into executor (id) values ('one'), ('two')`)
  })
  await database.close()
  return url
}

describe('a snapshot', () => {
  test('loads into an empty database as it was, counters too', async () => {
    const url = await withRows()
    const entries = await collect(readArchive(writeArchive(takeSnapshot(url), new Date())))
    const target = await emptyDatabaseUrl()

    const { head } = await load(target, entries)

    const again = await collect(takeSnapshot(target))
    const proofOf = (all: readonly ArchiveEntry[]) => JSON.parse(all.at(-1)?.content.toString() ?? '')
    expect(
      proofOf(again).tables.map(({ table, rows, digest }: Record<string, unknown>) => [table, rows, digest]),
    ).toEqual(proofOf(entries).tables.map(({ table, rows, digest }: Record<string, unknown>) => [table, rows, digest]))
    expect(head.versions.nexus.length).toBeGreaterThan(10)
    const database = openDatabase(target, 1)
    expect(await database.row(`insert into executor (id) values ('three') returning lock_key`)).toEqual({ lock_key: 3 })
    await database.close()
  })

  test('that lost a piece or its end is found out, and a database in use is left alone', async () => {
    const url = await withRows()
    const entries = await collect(takeSnapshot(url))
    const target = await emptyDatabaseUrl()
    const lost = entries.filter((each) => each.name !== 'nexus.run/00000001')

    expect(entries.length - lost.length).toBe(1)
    expect(await load(target, entries.slice(0, -1)).then(() => '', toFailure)).toMatchObject({
      code: 'backup.incomplete',
    })
    expect(await checkSnapshot(given(lost)).then(() => '', toFailure)).toMatchObject({ code: 'backup.incomplete' })
    await expect(checkSnapshot(given(entries))).resolves.toMatchObject({ proof: { tables: expect.any(Array) } })
    await expect(load(target, entries)).resolves.toBeDefined()
    expect(await load(target, entries).then(() => undefined, toFailure)).toMatchObject({ code: 'backup.target_in_use' })
  })
})
