import { addSeconds } from '../../platform/clock.ts'
import type { Db } from '../../platform/db.ts'
import { idsFrom } from '../../platform/ids.ts'
import { isScoped } from '../../platform/scope.ts'
import type { ExportedEntry, TrailEntry } from './trail.ts'
import { besideOf } from './verify-entry.ts'
import type { PlacedRow } from './verify-store.ts'

export type TrailPage = {
  readonly subject?: string | undefined
  /** Who acted, or on whose behalf. */
  readonly actor?: string | undefined
  /** One action (`order.blocked`) or all of a noun (`order`). */
  readonly action?: string | undefined
  readonly limit: number
  readonly after?: string | undefined
}

type Row = {
  id: string
  index: number | null
  at: Date
  actor: string
  on_behalf_of: string | null
  action: string
  subject: string
  before: unknown
  after: unknown
  reason: string | null
}

const toEntry = ({ on_behalf_of, reason, index, ...row }: Row): TrailEntry => ({
  ...row,
  index: index ?? undefined,
  onBehalfOf: on_behalf_of ?? undefined,
  reason: reason ?? undefined,
})

const columns = 'e.id, l.index, e.at, e.actor, e.on_behalf_of, e.action, e.subject, e.before, e.after, e.reason'

const newest = 'order by e.id desc limit $5'
const matching = `select e.* from audit_entry e
  where ($1::text is null or e.subject = $1)
    and ($2::text is null or e.actor = $2 or e.on_behalf_of = $2)
    and ($3::text[] is null or e.action collate "C" = any ($3))
    and ($4::text is null or e.id < $4)`

const mostWithin = 100

/**
 * Under limits: the orders and hosts whose entries are found by index, where they are few. Of many, the newest entries soon
 * are of one. What may be seen is decided by the policy of the table, here as everywhere.
 */
async function fewWithin(db: Db): Promise<readonly string[] | undefined> {
  if (!isScoped()) return undefined
  const rows = await db.rows<{ about: string }>('select about from scope_abouts() as about limit $1', [mostWithin + 1])
  return rows.length > mostWithin ? undefined : rows.map((each) => each.about)
}

/** Each way in has an index in the order of the list; the newest of what they find are the page. */
function waysIn({ subject, actor, action }: TrailPage, few: boolean): string {
  if (few) return `${matching} and (e.about = any ($6) or e.about is null and e.subject = any ($6)) ${newest}`
  if (subject !== undefined || (actor === undefined && action === undefined)) return `${matching} ${newest}`
  if (actor !== undefined)
    return `(${matching} and e.actor = $2 ${newest})
      union all (${matching} and e.on_behalf_of = $2 and e.actor <> $2 ${newest})`
  return `select e.* from unnest($3::text[]) one(action)
    cross join lateral (${matching} and e.action collate "C" = one.action ${newest}) e`
}

/** Newest first. */
export async function listEntries(db: Db, page: TrailPage): Promise<TrailEntry[]> {
  const { subject, actor, action, limit, after } = page
  const actions = action === undefined ? undefined : await actionsOf(db, action)
  const few = await fewWithin(db)
  const sql = `select ${columns} from (${waysIn(page, few !== undefined)}) e
    left join trail_leaf l on l.entry_id = e.id ${newest}`
  const given = [subject ?? null, actor ?? null, actions ?? null, after ?? null, limit, ...(few ? [few] : [])]
  const rows = await db.rows<Row>(sql, given)
  return rows.map(toEntry)
}

/** An action, or the actions of a noun that the trail has; goes from action to action, not through their entries. */
async function actionsOf(db: Db, action: string): Promise<readonly string[]> {
  const rows = await db.rows<{ action: string }>(
    `with recursive found as (
       select (${nextAction(`e.action collate "C" >= $1 || '.'`)}) as action
       union all
       select (${nextAction('e.action collate "C" > found.action')}) from found where found.action is not null)
     select found.action from found where found.action is not null`,
    [action],
  )
  return [action, ...rows.map((each) => each.action)]
}

/** Behind the dot comes the slash: up to there all are of the noun. */
const nextAction = (from: string) =>
  `select e.action from audit_entry e where ${from} and e.action collate "C" < $1 || '/'
    order by e.action collate "C" limit 1`

/** By its id, or by its place in the log. */
export async function findEntry(db: Db, reference: string): Promise<TrailEntry | undefined> {
  const row = /^\d{1,15}$/.test(reference)
    ? await db.row<Row>(
        `select ${columns} from audit_entry e left join trail_leaf l on l.entry_id = e.id where l.index = $1`,
        [Number(reference)],
      )
    : await db.row<Row>(
        `select ${columns} from audit_entry e left join trail_leaf l on l.entry_id = e.id where e.id = $1`,
        [reference],
      )
  return row && toEntry(row)
}

type PlacedText = Pick<PlacedRow, 'index' | 'hash' | 'entry' | 'before' | 'after' | 'reason' | 'salt'>

const placedColumns = `select l.index, l.hash, e.entry, e.before, e.after, e.reason, e.salt
  from trail_leaf l left join audit_entry e on e.id = l.entry_id`

const toExported = (row: PlacedText): ExportedEntry => {
  const entry = row.entry ?? ''
  const exported = { index: row.index, entry, leaf: row.hash.toString('base64') }
  return row.salt === null ? exported : { ...exported, personal: { salt: row.salt, data: besideOf(row) } }
}

/** What a bundle is about: everything done to these, and everything done by these runs, whatever it was done to. */
export type TrailScope = {
  readonly subjects: readonly string[]
  readonly runs: readonly { readonly id: string; readonly from: Date; readonly to: Date | undefined }[]
}

/** Clocks of several nodes differ a little. */
const slackSeconds = 600

/** In the order of the log, at most `limit`. A run is looked for among the entries of its time only. */
export async function listAbout(
  db: Db,
  { subjects, runs }: TrailScope,
  { size, limit }: { readonly size: number; readonly limit: number },
): Promise<ExportedEntry[]> {
  const [first] = runs.map((each) => each.from).sort((one, other) => one.getTime() - other.getTime())
  const ends = runs.map((each) => each.to)
  const [last] = ends.some((each) => each === undefined)
    ? []
    : ends.toSorted((one, other) => Number(other) - Number(one))
  const from = first && idsFrom('aud', addSeconds(first, -slackSeconds))
  const to = last && idsFrom('aud', addSeconds(last, slackSeconds))
  const rows = await db.rows<PlacedText>(
    `${placedColumns} where l.index < $1 and (e.subject = any($2) or e.id in (
       select r.id from audit_entry r where r.id >= $3 and ($4::text is null or r.id < $4)
          and exists (select 1 from unnest($5::text[]) as told where strpos(r.entry, told) > 0)))
     order by l.index limit $6`,
    [size, subjects, from ?? null, to ?? null, runs.map((each) => `"run":${JSON.stringify(each.id)}`), limit],
  )
  return rows.map(toExported)
}

/** In the order of the log; a place whose row is gone has no text. */
export const listExported = async (db: Db, from: number, to: number): Promise<ExportedEntry[]> =>
  (await db.rows<PlacedText>(`${placedColumns} where l.index >= $1 and l.index < $2 order by l.index`, [from, to])).map(
    toExported,
  )

/** The export that an entry tells of, when this person began it after `since`. */
export const findExport = (db: Db, id: string, actor: string, since: Date) =>
  db.row<{ to: number }>(
    `select (e.after->>'to')::bigint as "to" from audit_entry e
      where e.id = $1 and e.action = 'trail.exported' and e.actor = $2 and e.at > $3`,
    [id, actor, since],
  )

/** What the last alert was about. */
export const lastAlert = (db: Db) =>
  db.row<{ digest: string }>(
    `select e.after->>'digest' as digest from audit_entry e where e.action collate "C" = 'trail.alert' order by e.id desc limit 1`,
  )
