import type { Tx } from './db.ts'

/** What of a person was found where: rows by table. */
export type PersonTraces = Readonly<Record<string, number>>

type Column = { readonly table: string; readonly column: string; readonly type: string }
type Row = { readonly at: string } & Readonly<Record<string, string | null>>

const schemas = ['nexus', 'dbos']

/** Every column that can hold text, of every table that may be changed: a table of tomorrow is there by itself. */
const columnsOf = (tx: Tx, without: readonly string[]): Promise<Column[]> =>
  tx.rows<Column>(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as table, quote_ident(a.attname) as column,
       format_type(a.atttypid, a.atttypmod) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '' and format_type(a.atttypid, null) in ('text', 'character varying', 'jsonb', 'json', 'text[]')
       and n.nspname || '.' || c.relname <> all ($2) and has_table_privilege(c.oid, 'select, update')
     order by 1, 2`,
    [schemas, [...without]],
  )

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The address as a whole word, also as links write it; `joann@x` is not `ann@x`. */
export const addressPattern = (email: string): string =>
  `(?<![A-Za-z0-9_.+-])${escaped(email).replace('@', '(?:@|%40)')}(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])`

/** What stands beside the address in the same object, and goes with it. */
const besides = ['name', 'fullName', 'firstName', 'lastName', 'phone', 'mobile']

/** The strings to take out of a row: names and numbers of whoever has this address. */
export function besideAddress(text: string, email: string): string[] {
  const found = new Set<string>()
  const look = (value: unknown): void => {
    if (!value || typeof value !== 'object') return
    const entries = Object.entries(value)
    if (entries.some(([, each]) => typeof each === 'string' && each.toLowerCase() === email.toLowerCase())) {
      for (const [key, each] of entries) if (besides.includes(key) && typeof each === 'string') found.add(each)
    }
    for (const [, each] of entries) look(each)
  }
  try {
    look(JSON.parse(text))
  } catch {
    // Plain text has no objects.
  }
  return [...found].filter((each) => each.length >= 4)
}

const byTable = (columns: readonly Column[]) => Map.groupBy(columns, (each) => each.table)

async function rowsOf(
  tx: Tx,
  table: string,
  columns: readonly Column[],
  pattern: string,
  lock: boolean,
): Promise<Row[]> {
  const shown = columns.map((each) => `t.${each.column}::text as ${each.column}`).join(', ')
  const hit = columns.map((each) => `t.${each.column}::text ~* $1`).join(' or ')
  return tx.rows<Row>(`select t.ctid::text as at, ${shown} from ${table} t where ${hit}${lock ? ' for update' : ''}`, [
    pattern,
  ])
}

/** Where a person is found by their address. */
export async function tracesOf(tx: Tx, email: string, without: readonly string[]): Promise<PersonTraces> {
  const traces: Record<string, number> = {}
  for (const [table, columns] of byTable(await columnsOf(tx, without))) {
    const { length } = await rowsOf(tx, table, columns, addressPattern(email), false)
    if (length > 0) traces[table] = length
  }
  return traces
}

/**
 * Takes an address, and the names and numbers that stand with it, out of every row that holds it: orders, runs and what
 * their steps answered, evidence, copies of mails. `instead` is put in the place of the address.
 */
export async function erasePerson(
  tx: Tx,
  email: string,
  instead: string,
  without: readonly string[],
): Promise<PersonTraces> {
  const traces: Record<string, number> = {}
  const tables = byTable(await columnsOf(tx, without))
  const found = new Map<string, Row[]>()
  for (const [table, columns] of tables) {
    const rows = await rowsOf(tx, table, columns, addressPattern(email), true)
    if (rows.length > 0) found.set(table, rows)
  }
  const texts = [...found.values()].flatMap((rows) => rows.flatMap(({ at: _, ...cells }) => Object.values(cells)))
  const beside = new Set(texts.flatMap((text) => (text === null ? [] : besideAddress(text, email))))
  const address = new RegExp(addressPattern(email), 'gi')
  const words = [...beside].map((each) => new RegExp(escaped(JSON.stringify(each).slice(1, -1)), 'g'))
  const clean = (text: string) =>
    words.reduce((left, word) => left.replace(word, 'erased'), text.replace(address, instead))
  for (const [table, rows] of found) {
    const columns = tables.get(table) ?? []
    for (const row of rows) {
      const changed = columns.filter(({ column }) => {
        const text = row[column.replace(/^"|"$/g, '')]
        return text != null && clean(text) !== text
      })
      const sets = changed.map(({ column, type }, place) => `${column} = $${place + 2}::text::${type}`)
      const values = changed.map(({ column }) => clean(row[column.replace(/^"|"$/g, '')] ?? ''))
      await tx.rows(`update ${table} set ${sets.join(', ')} where ctid = $1::tid`, [row.at, ...values])
    }
    traces[table] = rows.length
  }
  return traces
}
