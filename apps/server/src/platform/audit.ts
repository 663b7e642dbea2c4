import type { Actor } from './actor.ts'
import type { Tx } from './db.ts'
import { newId } from './ids.ts'

export type AuditEntry = {
  /** `noun.what`, e.g. `order.blocked`. */
  readonly action: string
  /** The id of what was changed. */
  readonly subject: string
  readonly at: Date
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string
}

/** No trail, no change: called in the transaction of every change of state. Values must hold no secret. */
export async function recordAudit(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
  await tx.rows(
    `insert into audit_entry (id, at, actor, on_behalf_of, action, subject, before, after, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      newId('aud', entry.at),
      entry.at,
      actor.id,
      actor.onBehalfOf ?? null,
      entry.action,
      entry.subject,
      entry.before === undefined ? null : JSON.stringify(entry.before),
      entry.after === undefined ? null : JSON.stringify(entry.after),
      entry.reason ?? null,
    ],
  )
  await tx.rows(`select pg_notify('nexus_event', $1)`, [
    JSON.stringify({ subject: entry.subject, action: entry.action }),
  ])
}
