import { AsyncLocalStorage } from 'node:async_hooks'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { awayOrOther, isDatabaseAway } from './database-away.ts'
import { type Granted, grantRights } from './database-roles.ts'
import { NexusError } from './errors.ts'
import { isScoped, scopeRefusal, tellScopes } from './scope.ts'

/** Reads. Rows become nouns in the store files and go no further. */
export type Db = {
  /** A statement with a `name` is planned once for each connection: for what is written all the time. */
  readonly rows: <Row extends object>(sql: string, values?: readonly unknown[], name?: string) => Promise<Row[]>
  /** The first row, or undefined. */
  readonly row: <Row extends object>(
    sql: string,
    values?: readonly unknown[],
    name?: string,
  ) => Promise<Row | undefined>
}

/** The same inside a transaction: only here may a store write or lock. */
export type Tx = Db & {
  readonly tx: true
  readonly client: pg.PoolClient
  readonly afterCommit: (work: () => void) => void
}

export type Database = Db & {
  /** Runs `work` in one transaction; inside a `change` step it joins the step's own (see durable.ts). */
  readonly inTransaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  readonly pool: pg.Pool
  readonly close: () => Promise<void>
}

const joined = new AsyncLocalStorage<Tx>()

/** Makes every `inTransaction` below `work` join `tx`: how a durable `change` and its rows commit together. */
export const joinTransaction = <T>(tx: Tx, work: () => Promise<T>): Promise<T> => joined.run(tx, work)

// Timestamps as Date, bigint as number (our ids and counts stay below 2^53), numeric as text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const queries = (client: pg.Pool | pg.PoolClient): Db => {
  const rows = async <Row extends object>(
    sql: string,
    values: readonly unknown[] = [],
    name?: string,
  ): Promise<Row[]> => {
    try {
      return (await client.query({ name, text: sql, values: [...values] })).rows as Row[]
    } catch (thrown) {
      throw awayOrOther(thrown)
    }
  }
  return {
    rows,
    row: async <Row extends object>(
      sql: string,
      values?: readonly unknown[],
      name?: string,
    ): Promise<Row | undefined> => (await rows<Row>(sql, values, name))[0],
  }
}

export const transactionOn = (client: pg.PoolClient, afterCommit: (work: () => void) => void): Tx => ({
  ...queries(client),
  tx: true,
  client,
  afterCommit,
})

/** Connections that notice a peer that is gone. One that dies, also between two queries, fails the next query, not the process. */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ keepAlive: true, keepAliveInitialDelayMillis: 5000, ...config })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** A connection of its own for whoever holds something on it; a database that is away is named so. */
export const connectionOf = (pool: pg.Pool): Promise<pg.PoolClient> =>
  pool.connect().catch((thrown: unknown) => {
    throw awayOrOther(thrown)
  })

/**
 * A transaction that nobody goes on with ends after 10 s: a process that was stopped or cut off must not keep its locks
 * from those who take over, who begin then.
 */
export const endsLeftOpen = '-c idle_in_transaction_session_timeout=10000'

/** Opens a pool. `search_path` is `nexus`; every statement is cut off after 30 s. */
export function openDatabase(url: string, size: number): Database {
  const pool = openPool({
    connectionString: url,
    max: size,
    application_name: 'nexusd',
    options: `-c search_path=nexus -c statement_timeout=30000 ${endsLeftOpen} -c timezone=UTC`,
    connectionTimeoutMillis: 10_000,
    // Where the network is cut without a word, a question ends all the same.
    query_timeout: 40_000,
  })
  const free = queries(pool)
  return {
    // What holds for one transaction needs one: a question within a scope is asked in a transaction of its own.
    rows: (sql, values, name) =>
      isScoped() ? transact(pool, (tx) => tx.rows(sql, values, name)) : free.rows(sql, values, name),
    row: (sql, values, name) =>
      isScoped() ? transact(pool, (tx) => tx.row(sql, values, name)) : free.row(sql, values, name),
    pool,
    inTransaction: async (work) => {
      const outer = joined.getStore()
      if (outer) return work(outer)
      return transact(pool, work)
    },
    close: () => pool.end(),
  }
}

/** Waits, looking twice a second, until the database answers again. */
export async function untilDatabaseAnswers(database: Db): Promise<void> {
  for (;;) {
    try {
      return void (await database.rows('select 1'))
    } catch (thrown) {
      if (!isDatabaseAway(thrown)) throw thrown
      await pause(500)
    }
  }
}

/** What Postgres breaks off so that others can go on: a deadlock, a serialization failure. Nothing of it was kept. */
const brokenOff = new Set(['40P01', '40001'])
const tries = 4

/** One transaction; one that Postgres broke off for the sake of others is run again from its beginning. */
export async function transact<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await transactOnce(pool, work)
    } catch (thrown) {
      if (tried === tries || !brokenOff.has(String((thrown as { code?: unknown } | null)?.code))) throw thrown
    }
  }
}

async function transactOnce<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await connectionOf(pool)
  const later: Array<() => void> = []
  let broken: Error | undefined
  try {
    await client.query('begin')
    await tellScopes(client)
    const answer = await work(transactionOn(client, (each) => later.push(each)))
    await client.query('commit')
    for (const each of later) each()
    return answer
  } catch (thrown) {
    await client.query('rollback').catch((error: Error) => {
      broken = error
    })
    throw scopeRefusal(awayOrOther(thrown))
  } finally {
    client.release(broken)
  }
}

export const migrationsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((each) => each.endsWith('.sql')).sort()

/**
 * Applies the SQL files of a folder in the order of their names, each in one transaction, once; a lock keeps two
 * nodes from doing it at once. Expand in one release, contract in a later one: a file is never edited. `granted`: who
 * is given rights afterwards, where the role that migrates is not the one that runs Nexus. `only`: no others than these,
 * for rows that an earlier version saved.
 */
export async function migrate(
  database: Database,
  folder: string,
  { granted, only }: { readonly granted?: Granted; readonly only?: readonly string[] } = {},
): Promise<readonly string[]> {
  const files = (await migrationsIn(folder)).filter((each) => only === undefined || only.includes(each))
  return database.inTransaction(async (tx) => {
    await tx.rows(`select pg_advisory_xact_lock(7002)`)
    const found = await tx.row<{ there: boolean }>(`select to_regclass('nexus.migration') is not null as there`)
    const applied = new Set(
      found?.there ? (await tx.rows<{ name: string }>('select name from nexus.migration')).map((row) => row.name) : [],
    )
    const fresh = files.filter((each) => !applied.has(each))
    if (fresh.length > 0) await requireMayMigrate(tx, fresh)
    if (!found?.there) {
      await tx.rows('create schema if not exists nexus')
      await tx.rows(
        'create table nexus.migration (name text primary key, applied_at timestamptz not null default now())',
      )
    }
    for (const name of fresh) {
      await tx.client.query(await readFile(join(folder, name), 'utf8'))
      await tx.rows('insert into nexus.migration (name) values ($1)', [name])
    }
    if (granted) await grantRights(tx.client, granted)
    return fresh
  })
}

async function requireMayMigrate(tx: Tx, fresh: readonly string[]): Promise<void> {
  const found = await tx.row<{ may: boolean }>(
    `select case when to_regnamespace('nexus') is null then has_database_privilege(current_database(), 'create')
            else has_schema_privilege('nexus', 'create') end as may`,
  )
  if (found?.may) return
  throw new NexusError(
    'database.not_migrated',
    'conflict',
    `The database waits for ${fresh.length} migrations, and this role may not make them.`,
    { hint: 'Let databaseOwnerUrlFile name a file with the connection of the role that owns the tables.' },
  )
}
