import type { Db, Tx } from '../../platform/db.ts'
import { type Notice, type NoticeState, noticeNotFound } from './notice.ts'
import type { NoticeKind } from './notice-content.ts'

type NoticeRow = {
  id: string
  key: string
  kind: string
  recipient: string
  subject: string
  message_id: string
  state: string
  values: unknown
  text: string
  html: string
  attempts: number
  receipt: string | null
  created_at: Date
  updated_at: Date
}

const columns = `n.id, n.key, n.kind, n.recipient, n.subject, n.message_id, n.state, n."values", n.text, n.html, n.attempts,
  n.receipt, n.created_at, n.updated_at`

const toNotice = (row: NoticeRow): Notice => ({
  id: row.id,
  key: row.key,
  // Written by this file only, checked by the table.
  kind: row.kind as NoticeKind,
  recipient: row.recipient,
  subject: row.subject,
  messageId: row.message_id,
  state: row.state as NoticeState,
  values: row.values,
  text: row.text,
  html: row.html,
  attempts: row.attempts,
  receipt: row.receipt ?? undefined,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findNotice(db: Db, id: string): Promise<Notice> {
  const row = await db.row<NoticeRow>(`select ${columns} from notice n where n.id = $1`, [id])
  if (!row) throw noticeNotFound(id)
  return toNotice(row)
}

export async function lockNotice(tx: Tx, id: string): Promise<Notice> {
  const row = await tx.row<NoticeRow>(`select ${columns} from notice n where n.id = $1 for update`, [id])
  if (!row) throw noticeNotFound(id)
  return toNotice(row)
}

/** Holds the key, so that of two callers one writes the notice and the other finds it. */
export async function lockNoticeKey(tx: Tx, key: string): Promise<Notice | undefined> {
  await tx.rows(`select pg_advisory_xact_lock(hashtextextended('notice/' || $1, 0))`, [key])
  const row = await tx.row<NoticeRow>(`select ${columns} from notice n where n.key = $1 for update`, [key])
  return row && toNotice(row)
}

export async function saveNotice(tx: Tx, notice: Notice): Promise<void> {
  await tx.rows(
    `insert into notice (id, key, kind, recipient, subject, message_id, state, "values", text, html, attempts, receipt, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (id) do update set subject = excluded.subject, state = excluded.state, "values" = excluded."values",
       text = excluded.text, html = excluded.html, attempts = excluded.attempts, receipt = excluded.receipt,
       updated_at = excluded.updated_at`,
    [
      notice.id,
      notice.key,
      notice.kind,
      notice.recipient,
      notice.subject,
      notice.messageId,
      notice.state,
      JSON.stringify(notice.values),
      notice.text,
      notice.html,
      notice.attempts,
      notice.receipt ?? null,
      notice.createdAt,
      notice.updatedAt,
    ],
  )
}

export type NoticeFilter = {
  readonly limit: number
  readonly after?: string | undefined
  readonly state?: NoticeState | undefined
  readonly recipient?: string | undefined
}

/** Newest first. */
export async function listNotices(
  db: Db,
  { limit, after, state, recipient }: NoticeFilter,
): Promise<readonly Notice[]> {
  const rows = await db.rows<NoticeRow>(
    `select ${columns} from notice n
      where ($2::text is null or n.id < $2) and ($3::text is null or n.state = $3)
        and ($4::text is null or n.addressee = lower($4))
      order by n.id desc limit $1`,
    [limit, after ?? null, state ?? null, recipient ?? null],
  )
  return rows.map(toNotice)
}

export async function sentMessageIds(db: Db, messageIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.rows<{ message_id: string }>(
    `select n.message_id from notice n where n.message_id = any($1) and n.state = 'sent'`,
    [messageIds],
  )
  return new Set(rows.map((each) => each.message_id))
}
