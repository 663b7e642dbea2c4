import type pg from 'pg'

/** What is kept of a database: our rows and the engine's. */
export const keptSchemas = ['nexus', 'dbos'] as const
export type KeptSchema = (typeof keptSchemas)[number]

export type Table = { readonly schema: KeptSchema; readonly name: string; readonly columns: readonly string[] }

export const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`
export const tableOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string => `${quoted(schema)}.${quoted(name)}`
export const columnsOf = ({ columns }: Table): string => columns.map(quoted).join(', ')

/** How values are written: the same on every server, so that two of them can be compared. */
export const plainOutput = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
  set bytea_output = 'hex'; set extra_float_digits = 1; set statement_timeout = 0; set search_path = ''`

type Found = { schema: KeptSchema; name: string; columns: string[]; needs: string[] }

/** Every table of our schemas, each after those it refers to. Columns that Postgres works out itself are left out. */
export async function listTables(client: pg.ClientBase): Promise<readonly Table[]> {
  const { rows } = await client.query<Found>(
    `select n.nspname as schema, c.relname as name,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               and a.attgenerated = '' order by a.attnum) as columns,
       array(select m.nspname || '.' || f.relname from pg_constraint k join pg_class f on f.oid = k.confrelid
               join pg_namespace m on m.oid = f.relnamespace where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as needs
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind = 'r' order by 1, 2`,
    [keptSchemas],
  )
  const placed = new Set<string>()
  const order: Table[] = []
  for (let left = rows; left.length > 0; ) {
    const free = left.filter((each) => each.needs.every((need) => placed.has(need)))
    const next = free.length > 0 ? free : left
    for (const { schema, name, columns } of next) {
      placed.add(`${schema}.${name}`)
      order.push({ schema, name, columns })
    }
    left = left.filter((each) => !next.includes(each))
  }
  return order
}

export type TableDigest = { readonly rows: number; readonly digest: string }

/** How many rows, and a sum over all of them in whatever order they lie: what is compared after a load. */
export async function digestOf(client: pg.ClientBase, table: Table): Promise<TableDigest> {
  const { rows } = await client.query<{ rows: string; digest: string }>(
    `select count(*) as rows, md5(coalesce(string_agg(d, '' order by d collate "C"), '')) as digest
       from (select md5(row(${columnsOf(table)})::text) as d from ${tableOf(table)}) as every`,
  )
  return { rows: Number(rows[0]?.rows ?? 0), digest: rows[0]?.digest ?? '' }
}

export type Counter = { readonly schema: KeptSchema; readonly name: string; readonly last: string }

export async function listCounters(client: pg.ClientBase): Promise<readonly Counter[]> {
  const { rows } = await client.query<Counter>(
    `select schemaname as schema, sequencename as name, last_value::text as last from pg_sequences
      where schemaname = any($1) and last_value is not null order by 1, 2`,
    [keptSchemas],
  )
  return rows
}

/** How far each schema was migrated: what a load must bring the empty database to first. */
export type Versions = { readonly nexus: readonly string[]; readonly engine: number; readonly engineRows: number }

async function numberIn(client: pg.ClientBase, table: string): Promise<number> {
  const there = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table])
  if (!there.rows[0]?.there) return 0
  const { rows } = await client.query<{ version: string }>(`select max(version)::text as version from ${table}`)
  return Number(rows[0]?.version ?? 0)
}

export async function readVersions(client: pg.ClientBase): Promise<Versions> {
  const applied = await client.query<{ name: string }>('select name from nexus.migration order by name')
  return {
    nexus: applied.rows.map((each) => each.name),
    engine: await numberIn(client, 'dbos.dbos_migrations'),
    engineRows: await numberIn(client, 'dbos.dbos_transaction_completion_migrations'),
  }
}
