import { type CheckResult, type CheckStatus, checkStatuses } from '../../platform/check.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Attestation, CheckId, ChecklistItem, CheckRecord } from './check-record.ts'

type Row = {
  id: string
  subject: string
  name: string
  title: string
  status: string
  summary: string
  asked: string
  vantage: string
  at: Date
  seconds: number | null
  evidence: string | null
  run_id: string | null
  attestations: Array<{ actor: string; actorName: string; reason: string; at: string }>
}

const columns = `c.id, c.subject, c.name, c.title, c.status, c.summary, c.asked, c.vantage, c.at, c.seconds, c.evidence, c.run_id,
  coalesce((select json_agg(json_build_object('actor', a.actor, 'actorName', a.actor_name, 'reason', a.reason, 'at', a.at) order by a.id)
            from check_attestation a where a.check_id = c.id), '[]') as attestations`

// A status that this version does not know is not a pass.
const toStatus = (text: string): CheckStatus => checkStatuses.find((each) => each === text) ?? 'unknown'

const toAttestation = ({ at, ...said }: Row['attestations'][number]): Attestation => ({ ...said, at: new Date(at) })

const toRecord = (row: Row): CheckRecord => ({
  id: row.id as CheckId,
  subject: row.subject,
  name: row.name,
  title: row.title,
  status: toStatus(row.status),
  summary: row.summary,
  asked: row.asked,
  vantage: row.vantage,
  at: row.at.toISOString(),
  ...(row.seconds === null ? {} : { seconds: row.seconds }),
  ...(row.evidence === null ? {} : { evidence: row.evidence }),
  runId: row.run_id ?? undefined,
  attestations: row.attestations.map(toAttestation),
})

/** False when this very result is there already. */
export async function addResult(
  tx: Tx,
  id: string,
  subject: string,
  result: CheckResult,
  runId: string | undefined,
): Promise<boolean> {
  const { name, title, status, summary, asked, vantage, at, seconds, evidence } = result
  const added = await tx.row(
    `insert into check_result (id, subject, name, title, status, summary, asked, vantage, at, seconds, evidence, run_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (subject, name, at) do nothing returning id`,
    [id, subject, name, title, status, summary, asked, vantage, at, seconds ?? null, evidence ?? null, runId ?? null],
  )
  return added !== undefined
}

/** Kept under its hash: the same text again is the same row. */
export const addEvidence = (tx: Tx, { hash, text, at }: { hash: string; text: string; at: Date }) =>
  tx.rows('insert into check_evidence (hash, text, at) values ($1, $2, $3) on conflict do nothing', [hash, text, at])

/** The newest result of each name; goes from name to name, so that a long history costs nothing. */
export async function listLatest(db: Db, subject: string): Promise<CheckRecord[]> {
  const rows = await db.rows<Row>(
    `with recursive named as (
       (select n.name from check_result n where n.subject = $1 order by n.name limit 1)
       union all
       select (select n.name from check_result n where n.subject = $1 and n.name > named.name order by n.name limit 1)
         from named where named.name is not null)
     select newest.* from named cross join lateral (
       select ${columns} from check_result c where c.subject = $1 and c.name = named.name
        order by c.at desc, c.id desc limit 1) newest
      order by newest.name`,
    [subject],
  )
  return rows.map(toRecord)
}

export async function findLatest(db: Db, subject: string, name: string): Promise<CheckRecord | undefined> {
  const row = await db.row<Row>(
    `select ${columns} from check_result c where c.subject = $1 and c.name = $2 order by c.at desc, c.id desc limit 1`,
    [subject, name],
  )
  return row ? toRecord(row) : undefined
}

export type CheckPage = {
  readonly subject: string
  readonly name?: string | undefined
  readonly limit: number
  readonly after?: string | undefined
}

/** Everything that was recorded, newest first. */
export async function listHistory(db: Db, { subject, name, limit, after }: CheckPage): Promise<CheckRecord[]> {
  const rows = await db.rows<Row>(
    `select ${columns} from check_result c
     where c.subject = $1 and ($2::text is null or c.name = $2) and ($3::text is null or c.id < $3)
     order by c.id desc limit $4`,
    [subject, name ?? null, after ?? null, limit],
  )
  return rows.map(toRecord)
}

export async function addAttestation(tx: Tx, id: string, checkId: CheckId, said: Attestation): Promise<void> {
  await tx.rows(
    `insert into check_attestation (id, check_id, reason, actor, actor_name, at) values ($1, $2, $3, $4, $5, $6)`,
    [id, checkId, said.reason, said.actor, said.actorName, said.at],
  )
}

export async function replaceChecklist(
  tx: Tx,
  subject: string,
  checklist: string,
  items: readonly ChecklistItem[],
): Promise<void> {
  await tx.rows('delete from checklist_item where subject = $1 and checklist = $2', [subject, checklist])
  for (const [position, { name, title }] of items.entries()) {
    await tx.rows(
      `insert into checklist_item (subject, checklist, position, name, title) values ($1, $2, $3, $4, $5)`,
      [subject, checklist, position, name, title],
    )
  }
}

export type ItemOfList = ChecklistItem & { readonly checklist: string }

export const listItems = (db: Db, subject: string): Promise<ItemOfList[]> =>
  db.rows<ItemOfList>(
    'select checklist, name, title from checklist_item where subject = $1 order by checklist, position',
    [subject],
  )
