import type { Db, Tx } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import type { Pause, WaitingFor } from './order-clock.ts'
import type { JsonObject } from './order-content.ts'

/** What an order gathers beside itself: pauses, attempts, tasks, notes and the receipts of webhooks. */

export async function listPauses(db: Db, orderId: string): Promise<Pause[]> {
  const rows = await db.rows<{ cause: string; waiting_for: WaitingFor; started_at: Date; ended_at: Date | null }>(
    'select cause, waiting_for, started_at, ended_at from order_pause where order_id = $1 order by started_at, id',
    [orderId],
  )
  return rows.map((row) => ({
    cause: row.cause,
    waitingFor: row.waiting_for,
    from: row.started_at,
    to: row.ended_at ?? undefined,
  }))
}

export type PauseSource = 'block' | 'person'
export type PauseStart = {
  readonly source: PauseSource
  readonly cause: string
  readonly waitingFor: WaitingFor
  readonly by: string
}

/** One of each source can be open; another cause ends the one before. */
export async function beginPause(
  tx: Tx,
  orderId: string,
  { source, cause, waitingFor, by }: PauseStart,
  at: Date,
): Promise<void> {
  await endPause(tx, orderId, source, by, at)
  await tx.rows(
    `insert into order_pause (id, order_id, cause, waiting_for, source, started_at, started_by) values ($1, $2, $3, $4, $5, $6, $7)`,
    [newId('pau', at), orderId, cause, waitingFor, source, at, by],
  )
}

/** True when one was open. */
export async function endPause(tx: Tx, orderId: string, source: PauseSource, by: string, at: Date): Promise<boolean> {
  const ended = await tx.rows(
    `update order_pause set ended_at = $3, ended_by = $4 where order_id = $1 and source = $2 and ended_at is null returning id`,
    [orderId, source, at, by],
  )
  return ended.length > 0
}

export async function addAttempt(tx: Tx, orderId: string, attempt: number, by: string, at: Date): Promise<void> {
  await tx.rows('insert into order_attempt (order_id, attempt, started_at, started_by) values ($1, $2, $3, $4)', [
    orderId,
    attempt,
    at,
    by,
  ])
}

export async function endAttempt(tx: Tx, orderId: string, outcome: string, at: Date): Promise<void> {
  await tx.rows('update order_attempt set ended_at = $2, outcome = $3 where order_id = $1 and ended_at is null', [
    orderId,
    at,
    outcome,
  ])
}

/** An attempt that ended goes on: a person resumed its run. */
export async function reopenAttempt(tx: Tx, orderId: string, attempt: number): Promise<void> {
  await tx.rows('update order_attempt set ended_at = null, outcome = null where order_id = $1 and attempt = $2', [
    orderId,
    attempt,
  ])
}

export async function hasActiveAttempt(db: Db, orderId: string): Promise<boolean> {
  return (await db.row('select 1 from order_attempt where order_id = $1 and ended_at is null', [orderId])) !== undefined
}

export const orderTaskKinds = [
  'proposed_change',
  'refund_after_live',
  'cancel_after_live',
  'notice_in_doubt',
  'not_given_back',
] as const
export type OrderTaskKind = (typeof orderTaskKinds)[number]
export type OrderTask = {
  readonly id: string
  readonly orderId: string
  readonly ticket: string
  readonly kind: OrderTaskKind
  readonly title: string
  readonly ownerId: string | undefined
  readonly proposal: JsonObject | undefined
  readonly createdAt: Date
  readonly doneAt: Date | undefined
}

type NewTask = {
  readonly kind: OrderTaskKind
  readonly title: string
  readonly proposal?: JsonObject
  readonly ownerId: string | undefined
}

/** Told twice is one task: an open one with the same title and proposal stands. */
export async function addTask(tx: Tx, orderId: string, task: NewTask, at: Date): Promise<void> {
  await tx.rows(
    `insert into order_task (id, order_id, kind, title, proposal, owner_id, created_at)
     select $1, $2, $3, $4, $5::jsonb, $6, $7
      where not exists (select 1 from order_task where order_id = $2 and kind = $3 and title = $4 and done_at is null
                          and proposal is not distinct from $5::jsonb)`,
    [
      newId('tsk', at),
      orderId,
      task.kind,
      task.title,
      task.proposal ? JSON.stringify(task.proposal) : null,
      task.ownerId ?? null,
      at,
    ],
  )
}

type TaskRow = {
  id: string
  order_id: string
  ticket: string
  kind: OrderTaskKind
  title: string
  owner_id: string | null
  proposal: JsonObject | null
  created_at: Date
  done_at: Date | null
}

/** Open tasks, oldest first: of one owner (and those nobody owns), or of one order, or all. */
export async function listTasks(
  db: Db,
  of: { readonly ownerId?: string; readonly orderId?: string },
): Promise<OrderTask[]> {
  const rows = await db.rows<TaskRow>(
    `select t.*, o.ticket from order_task t join orders o on o.id = t.order_id
      where t.done_at is null and ($1::text is null or coalesce(o.owner_id, $1) = $1) and ($2::text is null or t.order_id = $2)
      order by t.id limit 200`,
    [of.ownerId ?? null, of.orderId ?? null],
  )
  return rows.map((row) => ({
    id: row.id,
    orderId: row.order_id,
    ticket: row.ticket,
    kind: row.kind,
    title: row.title,
    ownerId: row.owner_id ?? undefined,
    proposal: row.proposal ?? undefined,
    createdAt: row.created_at,
    doneAt: row.done_at ?? undefined,
  }))
}

export async function finishTask(tx: Tx, orderId: string, taskId: string, by: string, at: Date): Promise<boolean> {
  const done = await tx.rows(
    'update order_task set done_at = $3, done_by = $4 where id = $1 and order_id = $2 and done_at is null returning id',
    [taskId, orderId, at, by],
  )
  return done.length > 0
}

export type OrderNote = { readonly at: Date; readonly author: string; readonly text: string }

export async function addNote(tx: Tx, orderId: string, note: OrderNote): Promise<void> {
  await tx.rows('insert into order_note (id, order_id, at, author, text) values ($1, $2, $3, $4, $5)', [
    newId('not', note.at),
    orderId,
    note.at,
    note.author,
    note.text,
  ])
}

export const listNotes = (db: Db, orderId: string): Promise<OrderNote[]> =>
  db.rows<OrderNote>('select at, author, text from order_note where order_id = $1 order by id', [orderId])

export type Receipt = { readonly webhookId: string; readonly event: string; readonly bodyHash: string }

/** Undefined when this id is new (it is kept now); else what it stood for. Waits for another sender of the same id. */
export async function takeReceipt(
  tx: Tx,
  receipt: Receipt,
  at: Date,
): Promise<{ bodyHash: string; event: string; orderId: string } | undefined> {
  const fresh = await tx.rows(
    `insert into webhook_receipt (webhook_id, event, body_hash, received_at) values ($1, $2, $3, $4)
     on conflict (webhook_id) do nothing returning webhook_id`,
    [receipt.webhookId, receipt.event, receipt.bodyHash, at],
  )
  if (fresh.length > 0) return undefined
  const row = await tx.row<{ body_hash: string; event: string; order_id: string | null }>(
    'select body_hash, event, order_id from webhook_receipt where webhook_id = $1',
    [receipt.webhookId],
  )
  return row && { bodyHash: row.body_hash, event: row.event, orderId: row.order_id ?? '' }
}

export async function nameReceipt(tx: Tx, webhookId: string, orderId: string): Promise<void> {
  await tx.rows('update webhook_receipt set order_id = $2 where webhook_id = $1', [webhookId, orderId])
}

/** Old receipts, but for the newest of each kind of each order: by that a repeat is known for good. */
export async function forgetReceipts(tx: Tx, before: Date, limit: number): Promise<number> {
  const gone = await tx.rows(
    `delete from webhook_receipt where webhook_id in (
       select old.webhook_id from webhook_receipt old
        where old.received_at < $1
          and (old.order_id is null or exists (
            select from webhook_receipt newer
             where newer.order_id = old.order_id and newer.event = old.event
               and (newer.received_at, newer.webhook_id) > (old.received_at, old.webhook_id)))
        limit $2 for update skip locked)
      returning webhook_id`,
    [before, limit],
  )
  return gone.length
}

/** The body that was last sent for an order, as its hash: the same again is a repeat, whatever people amended since. */
export async function lastBodyHash(db: Db, orderId: string, event: string): Promise<string | undefined> {
  const row = await db.row<{ body_hash: string }>(
    'select body_hash from webhook_receipt where order_id = $1 and event = $2 order by received_at desc, webhook_id desc limit 1',
    [orderId, event],
  )
  return row?.body_hash
}
