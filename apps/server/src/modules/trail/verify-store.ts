import type { Db } from '../../platform/db.ts'

/** A place of the log with the row it points to; `entry` is null where the row is gone or empty. */
export type PlacedRow = {
  readonly index: number
  readonly entryId: string
  readonly hash: Buffer
  readonly id: string | null
  readonly entry: string | null
  readonly at: Date
  readonly actor: string
  readonly onBehalfOf: string | null
  readonly action: string
  readonly subject: string
  readonly before: unknown
  readonly after: unknown
  readonly reason: string | null
  readonly salt: string | null
}

const page = 2000

/** Every place below `size` in order, page by page; a place that is not there is left out. */
export async function* placedRows(db: Db, size: number, from = 0): AsyncGenerator<PlacedRow> {
  for (let start = from; start < size; start += page) {
    yield* await db.rows<PlacedRow>(
      `select l.index, l.entry_id as "entryId", l.hash, e.id, e.entry, e.at, e.actor, e.on_behalf_of as "onBehalfOf", e.action,
              e.subject, e.before, e.after, e.reason, e.salt
         from trail_leaf l left join audit_entry e on e.id = l.entry_id
        where l.index >= $1 and l.index < $2 order by l.index`,
      [start, Math.min(start + page, size)],
    )
  }
}

/** Entries that should have a place and have none: their transactions ended before the last batch was made. */
export const listLeftOut = async (db: Db, seen: bigint): Promise<readonly string[]> =>
  (
    await db.rows<{ id: string }>(
      `select e.id from audit_entry e
        where not exists (select 1 from trail_leaf l where l.entry_id = e.id)
          and (e.entry is not null and e.xid < $1::text::xid8
               or e.entry is null and e.xid > (select min(f.xid) from audit_entry f where f.entry is not null))
        order by e.id limit 100`,
      [seen.toString()],
    )
  ).map((each) => each.id)

export type Beside = { readonly waiting: number; readonly beforeTheLog: number; readonly largest: number | undefined }

/** What is not in the log: entries that wait for their place, and rows of before there was one. */
export async function countBeside(db: Db, seen: bigint): Promise<Beside> {
  const row = await db.row<{ waiting: number; old: number; largest: number | null }>(
    `select (select count(*) from audit_entry e where e.xid >= $1::text::xid8 and e.entry is not null
               and not exists (select 1 from trail_leaf l where l.entry_id = e.id)) as waiting,
            (select count(*) from audit_entry e where e.entry is null
               and not exists (select 1 from trail_leaf l where l.entry_id = e.id)) as old,
            (select max(index) from trail_leaf) as largest`,
    [seen.toString()],
  )
  return { waiting: row?.waiting ?? 0, beforeTheLog: row?.old ?? 0, largest: row?.largest ?? undefined }
}

/** Ids of entries whose personal data was erased by an entry of the log. */
export const listErased = async (db: Db): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await db.rows<{ id: string }>(
        `select jsonb_array_elements_text(e.after->'entries') as id from audit_entry e where e.action collate "C" = 'trail.erased'`,
      )
    ).map((each) => each.id),
  )

export const listNodes = (db: Db) =>
  db.rows<{ level: number; index: number; hash: Buffer }>('select level, index, hash from trail_node')
