import { createHash } from 'node:crypto'
import { finished } from 'node:stream/promises'
import { migrateDataSourcePG } from '@dbos-inc/dbos-sdk/datasource'
import { allMigrations } from '@dbos-inc/dbos-sdk/internal/sysdb_migrations/internal/migrations'
import { runSysMigrationsPg } from '@dbos-inc/dbos-sdk/internal/sysdb_migrations/migration_runner'
import pg from 'pg'
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams'
import type { ArchiveEntry } from './archive.ts'
import { NexusError } from './errors.ts'
import { headName, proofName, type SnapshotHead, type SnapshotProof } from './snapshot.ts'
import {
  columnsOf,
  digestOf,
  type KeptSchema,
  keptSchemas,
  listTables,
  plainOutput,
  quoted,
  type Table,
  tableOf,
} from './snapshot-tables.ts'

/** Who owns what: our tables belong to one role, the engine's to the one that runs Nexus; both may be the same. */
export type SchemaUrls = Readonly<Record<KeptSchema, string>>

/** There while rows are loaded: a database that has it is half and must not be used. */
const mark = 'nexus_load_unfinished'

export async function loadUnfinished(client: pg.ClientBase): Promise<boolean> {
  const { rowCount } = await client.query('select 1 from pg_namespace where nspname = $1', [mark])
  return (rowCount ?? 0) > 0
}

/** What a snapshot holds, checked to its end without a database. Errors: `backup.incomplete`, `backup.damaged`. */
export async function checkSnapshot(
  entries: AsyncIterable<ArchiveEntry>,
): Promise<{ readonly head: SnapshotHead; readonly proof: SnapshotProof }> {
  return readSnapshot(entries, async () => ({ write: async () => {}, close: async () => {} }))
}

type Sink = { readonly write: (piece: Buffer) => Promise<void>; readonly close: () => Promise<void> }

/** Hands each table's rows on and compares what came by with what the snapshot says of itself. */
async function readSnapshot(
  entries: AsyncIterable<ArchiveEntry>,
  begin: (head: SnapshotHead, table: Table) => Promise<Sink>,
  prepare: (head: SnapshotHead) => Promise<void> = async () => {},
): Promise<{ readonly head: SnapshotHead; readonly proof: SnapshotProof }> {
  let head: SnapshotHead | undefined
  let proof: SnapshotProof | undefined
  let open: { readonly table: string; readonly sink: Sink } | undefined
  const sums = new Map<string, ReturnType<typeof createHash>>()
  for await (const { name, content } of entries) {
    if (name === headName) {
      head = JSON.parse(content.toString()) as SnapshotHead
      if (head.format !== 'nexus-snapshot/1') throw unknownFormat(String(head.format))
      await prepare(head)
      continue
    }
    if (name === proofName) {
      proof = JSON.parse(content.toString()) as SnapshotProof
      continue
    }
    const named = name.slice(0, name.lastIndexOf('/'))
    const table = head?.tables.find((each) => `${each.schema}.${each.name}` === named)
    if (!head || !table) throw incomplete(`it holds ${name}, which its head does not name`)
    if (open?.table !== named) {
      await open?.sink.close()
      open = { table: named, sink: await begin(head, table) }
    }
    const sum = sums.get(named) ?? createHash('sha256')
    sums.set(named, sum.update(content))
    await open.sink.write(content)
  }
  await open?.sink.close()
  if (!head || !proof) throw incomplete('it ends before its end')
  const nothing = createHash('sha256').digest('hex')
  for (const each of proof.tables) {
    const found = sums.get(each.table)?.digest('hex') ?? nothing
    if (found !== each.sha256) throw incomplete(`the rows of ${each.table} are not the ones that were copied`)
  }
  return { head, proof }
}

/**
 * Loads a snapshot into a database that has none of our schemas, or only what an unfinished load left: brings it to the
 * versions of the snapshot, copies every table, compares counts and digests. Until the last line the mark is there.
 * Errors: `backup.target_in_use`, `backup.newer`, `backup.incomplete`, `backup.not_the_same`.
 */
export async function loadSnapshot(
  entries: AsyncIterable<ArchiveEntry>,
  urls: SchemaUrls,
  migrateTo: (names: readonly string[]) => Promise<void>,
): Promise<{ readonly head: SnapshotHead; readonly proof: SnapshotProof }> {
  const clients = { nexus: await connected(urls.nexus), dbos: await connected(urls.dbos) }
  const each = async (work: (client: pg.Client, schema: KeptSchema) => Promise<unknown>) => {
    for (const schema of keptSchemas) await work(clients[schema], schema)
  }
  const known = new Map<string, Table>()
  const policies = new Set<string>()
  try {
    await makeRoom(clients)
    const { head, proof } = await readSnapshot(
      entries,
      async (_head, table) => {
        if (!known.has(tableOf(table))) throw newer(`the table ${table.schema}.${table.name}`)
        return sinkFor(clients[table.schema], table)
      },
      async ({ versions }) => {
        await migrateTo(versions.nexus)
        await prepareEngine(clients.dbos, versions)
        await each((client) => client.query('begin'))
        const tables = await listTables(clients.nexus)
        for (const table of tables) known.set(tableOf(table), table)
        await each(async (client, schema) => {
          const own = tables.filter((table) => table.schema === schema)
          if (own.length === 0) return
          await client.query(`truncate ${own.map(tableOf).join(', ')}`)
          for (const table of own) await client.query(`alter table ${tableOf(table)} disable trigger user`)
          await setAside(client, schema, policies)
        })
      },
    )
    for (const { schema, name, last } of proof.counters)
      await clients[schema].query('select setval($1::regclass, $2)', [`${quoted(schema)}.${quoted(name)}`, last])
    for (const table of head.tables) {
      const wanted = proof.tables.find((one) => one.table === `${table.schema}.${table.name}`)
      const found = await digestOf(clients[table.schema], table)
      if (found.rows !== wanted?.rows || found.digest !== wanted.digest)
        throw notTheSame(table, found.rows, wanted?.rows)
      await clients[table.schema].query(`alter table ${tableOf(table)} enable trigger user`)
    }
    for (const name of policies) await clients.nexus.query(`alter table ${name} force row level security`)
    await each((client) => client.query('commit'))
    await clients.nexus.query(`drop schema ${mark}`)
    return { head, proof }
  } finally {
    await each((client) => client.end())
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'nexus-load' })
  client.on('error', () => {})
  await client.connect()
  await client.query(plainOutput)
  return client
}

/** Refuses a database in use; clears what an unfinished load left; sets the mark. */
async function makeRoom({ nexus, dbos }: Readonly<Record<KeptSchema, pg.Client>>): Promise<void> {
  if (await loadUnfinished(nexus)) {
    await dbos.query('drop schema if exists dbos cascade')
    await nexus.query('drop schema if exists nexus cascade')
    return
  }
  const { rows } = await nexus.query<{ used: boolean }>(
    `select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = any($1) and c.relkind = 'r') as used`,
    [keptSchemas],
  )
  if (rows[0]?.used) {
    throw new NexusError('backup.target_in_use', 'conflict', 'The database to load into already holds a Nexus.', {
      hint: 'Make an empty database and name it by databaseUrl; nothing was changed.',
    })
  }
  await nexus.query(`create schema ${mark}`)
}

/** The engine's own migrations, up to the version of the snapshot and no further. */
async function prepareEngine(client: pg.Client, { engine, engineRows }: SnapshotHead['versions']): Promise<void> {
  const migrations = allMigrations('dbos', { useListenNotify: true })
  if (engine > migrations.length) throw newer(`version ${engine} of the engine's tables`)
  if (engine > 0) await runSysMigrationsPg(client, migrations.slice(0, engine), 'dbos', { onWarn: () => {} })
  if (engineRows === 0) return
  await client.query('begin')
  await migrateDataSourcePG(async (statement) => (await client.query(statement)).rows, 'dbos')
  await client.query('commit')
}

/** Postgres copies nothing into a table whose policies hold for its owner, too: they are set aside and named in `aside`. */
async function setAside(client: pg.Client, schema: KeptSchema, aside: Set<string>): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relforcerowsecurity and relnamespace = $1::regnamespace`,
    [schema],
  )
  for (const { name } of rows) {
    await client.query(`alter table ${name} no force row level security`)
    aside.add(name)
  }
}

function sinkFor(client: pg.Client, table: Table): Sink {
  const stream: CopyStreamQuery = client.query(copyFrom(`copy ${tableOf(table)} (${columnsOf(table)}) from stdin`))
  const ended = finished(stream)
  ended.catch(() => {})
  return {
    write: async (piece) => {
      if (stream.write(piece)) return
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), ended])
    },
    close: async () => {
      stream.end()
      await ended
    },
  }
}

const unknownFormat = (format: string) =>
  new NexusError(
    'backup.format',
    'invalid',
    `This is a snapshot of the format ${format.slice(0, 40)}, which is not known here.`,
  )

const incomplete = (why: string) =>
  new NexusError('backup.incomplete', 'invalid', `The snapshot is not whole: ${why}.`, { hint: 'Take another backup.' })

const newer = (what: string) =>
  new NexusError('backup.newer', 'conflict', `The backup is of a newer Nexus: it has ${what}, unknown here.`, {
    hint: 'Load it with the version of Nexus that made it, or a later one.',
  })

const notTheSame = (table: Table, found: number, wanted: number | undefined) =>
  new NexusError(
    'backup.not_the_same',
    'conflict',
    `After loading, ${table.schema}.${table.name} is not what was saved: ${found} rows, ${wanted ?? 'none'} expected, or other values.`,
  )
