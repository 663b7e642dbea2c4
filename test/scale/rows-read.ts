import pg from 'pg'
import type { Db } from '../../apps/server/src/platform/db.ts'

export type Asked = { readonly sql: string; readonly values: readonly unknown[] }

const isQuestion = (sql: string) => /^\s*(select|with)\b/i.test(sql) && !/\b(insert|update|delete)\b/i.test(sql)

/** The questions that anything in this process asks of a database while `work` is done. */
export async function questionsOf(work: () => Promise<unknown>): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function recorded(this: pg.Client, ...given: unknown[]) {
    const [first, second] = given as [unknown, unknown]
    const { text, values } = (typeof first === 'object' ? first : { text: first, values: second }) as {
      readonly text?: unknown
      readonly values?: readonly unknown[]
    }
    if (typeof text === 'string' && isQuestion(text)) asked.push({ sql: text, values: values ?? [] })
    return Reflect.apply(query, this, given)
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return asked
}

type Plan = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Plan[]
}

export type Read = { readonly from: string; readonly count: number }

/** What Postgres looks at to answer: rows of each table, those it leaves out again among them. */
export async function rowsRead(db: Db, { sql, values }: Asked): Promise<readonly Read[]> {
  const reads = ({ Plans = [], ...node }: Plan): Read[] => {
    const looked =
      node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
    const table = node['Relation Name']
    const own =
      table === undefined ? [] : [{ from: `${node['Node Type']} of ${table}`, count: looked * node['Actual Loops'] }]
    return [...own, ...Plans.flatMap(reads)]
  }
  const rows = await db.rows<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
    `explain (analyze, format json, timing off) ${sql}`,
    values,
  )
  return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => reads(Plan)))
}
