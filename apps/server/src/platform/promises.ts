import type { Tx } from './db.ts'
import { newId } from './ids.ts'

/** Something to do at a due time. The sweeper of app/ starts what its kind asks for, once. */
export type PromiseToKeep = {
  readonly kind: string
  readonly subject: string
  readonly dueAt: Date
  readonly payload?: object
}

/** Made twice is made once: kind, subject and due time are the key. */
export async function promise(tx: Tx, { kind, subject, dueAt, payload = {} }: PromiseToKeep): Promise<void> {
  await tx.rows(
    `insert into promise (id, kind, subject, due_at, payload) values ($1, $2, $3, $4, $5)
     on conflict (kind, subject, due_at) do nothing`,
    [newId('prm', dueAt), kind, subject, dueAt, JSON.stringify(payload)],
  )
}

/** Promises of a subject that were not started yet and no longer hold (an order was cancelled, a due time moved). */
export async function dropPromises(tx: Tx, subject: string, kind: string): Promise<void> {
  await tx.rows('delete from promise where subject = $1 and kind = $2 and started_at is null', [subject, kind])
}

export type DuePromise = {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly payload: Record<string, unknown>
}

/**
 * Takes at most `limit` due promises of these kinds; whoever else sweeps at the same time gets others. They count as
 * started with this transaction.
 */
export const takeDue = (
  tx: Tx,
  at: Date,
  limit: number,
  kinds: readonly string[],
  without: readonly string[] = [],
): Promise<DuePromise[]> =>
  tx.rows<DuePromise>(
    `update promise set started_at = $1
      where id in (select id from promise where started_at is null and due_at <= $1 and kind = any($3) and id <> all($4)
                   order by due_at limit $2 for update skip locked)
      returning id, kind, subject, payload`,
    [at, limit, kinds, without],
  )
