import { createHash } from 'node:crypto'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { ArchiveEntry } from './archive.ts'
import {
  type Counter,
  columnsOf,
  digestOf,
  listCounters,
  listTables,
  plainOutput,
  readVersions,
  type Table,
  type TableDigest,
  tableOf,
  type Versions,
} from './snapshot-tables.ts'

/** The first entry: what the point is and what a load has to prepare. */
export type SnapshotHead = {
  readonly format: 'nexus-snapshot/1'
  /** The moment whose state this is. */
  readonly point: string
  readonly postgres: string
  readonly versions: Versions
  readonly tables: readonly Table[]
}

export type TableProof = TableDigest & {
  readonly table: string
  readonly bytes: number
  /** Over the rows as they were copied. */
  readonly sha256: string
}

/** The last entry: what must have come by. */
export type SnapshotProof = { readonly tables: readonly TableProof[]; readonly counters: readonly Counter[] }

export const headName = 'head.json'
export const proofName = 'proof.json'
export const pieceName = (table: Pick<Table, 'schema' | 'name'>, place: number): string =>
  `${table.schema}.${table.name}/${String(place).padStart(8, '0')}`

const pieceBytes = 1 << 20
const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 1)}\n`)

/**
 * Every row of our schemas as of one moment: one REPEATABLE READ transaction, COPY of each table. Nobody waits for it and
 * it sees nothing of what is written meanwhile.
 */
export async function* takeSnapshot(url: string): AsyncGenerator<ArchiveEntry> {
  const client = new pg.Client({ connectionString: url, application_name: 'nexus-snapshot' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(plainOutput)
    await client.query('begin isolation level repeatable read read only')
    const at = await client.query<{ point: Date; postgres: string }>(
      `select now() as point, current_setting('server_version') as postgres`,
    )
    const tables = await listTables(client)
    const head: SnapshotHead = {
      format: 'nexus-snapshot/1',
      point: (at.rows[0]?.point ?? new Date(0)).toISOString(),
      postgres: at.rows[0]?.postgres ?? '',
      versions: await readVersions(client),
      tables,
    }
    yield { name: headName, content: json(head) }
    const proofs: TableProof[] = []
    for (const table of tables) {
      const hash = createHash('sha256')
      let bytes = 0
      let place = 0
      for await (const piece of rowsOf(client, table)) {
        hash.update(piece)
        bytes += piece.length
        yield { name: pieceName(table, place), content: piece }
        place += 1
      }
      const digest = await digestOf(client, table)
      proofs.push({ table: `${table.schema}.${table.name}`, ...digest, bytes, sha256: hash.digest('hex') })
    }
    const proof: SnapshotProof = { tables: proofs, counters: await listCounters(client) }
    await client.query('commit')
    yield { name: proofName, content: json(proof) }
  } finally {
    await client.end()
  }
}

async function* rowsOf(client: pg.Client, table: Table): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let size = 0
  for await (const part of client.query(copyTo(`copy ${tableOf(table)} (${columnsOf(table)}) to stdout`))) {
    const bytes: Buffer = part
    held.push(bytes)
    size += bytes.length
    if (size < pieceBytes) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}
