import { randomBytes } from 'node:crypto'
import { base64Of, canonicalEntry, type Entry, personalHash, saltSize } from '@nexus/trail'
import type { Actor } from './actor.ts'
import type { Tx } from './db.ts'
import { newId } from './ids.ts'
import { inStep, running } from './run-context.ts'

export type AuditEntry = {
  /** `noun.what`, e.g. `order.blocked`. */
  readonly action: string
  /** The id of what was changed. */
  readonly subject: string
  readonly at: Date
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string
  /** SHA-256 in hex of the evidence that a check kept. */
  readonly evidence?: string
  /** True: before, after and reason hold nothing personal and stay in the entry for good. */
  readonly impersonal?: true
}

/**
 * No trail, no change: called in the transaction of every change of state. Values must hold no secret. What is hashed is
 * `entry`; before, after and reason stand beside it behind a salted hash, so that they can be erased. Answers the ids.
 */
export async function recordAudit(tx: Tx, actor: Actor, ...entries: readonly AuditEntry[]): Promise<readonly string[]> {
  const rows = entries.map((each) => toRow(actor, each))
  const of = (column: keyof Row) => rows.map((each) => each[column])
  await tx.rows(
    `with written as (
       insert into audit_entry (id, at, actor, on_behalf_of, action, subject, before, after, reason, salt, entry)
       select id, at, $3, $4, action, subject, before::jsonb, after::jsonb, reason, salt, entry
         from unnest($1::text[], $2::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
           as given (id, at, action, subject, before, after, reason, salt, entry)
       returning subject, action)
     select pg_notify('nexus_event', json_build_object('subject', subject, 'action', action)::text) from written`,
    [
      of('id'),
      of('at'),
      actor.id,
      actor.onBehalfOf ?? null,
      of('action'),
      of('subject'),
      of('before'),
      of('after'),
      of('reason'),
      of('salt'),
      of('entry'),
    ],
  )
  return rows.map((each) => each.id)
}

type Row = ReturnType<typeof toRow>

function toRow(actor: Actor, { action, subject, at, evidence, impersonal, before, after, reason }: AuditEntry) {
  const beside = kept({ before, after, reason })
  const salt = impersonal || Object.keys(beside).length === 0 ? null : base64Of(randomBytes(saltSize))
  const [run, step] = [running.getStore()?.run, inStep.getStore()?.name]
  const id = newId('aud', at)
  const entry: Entry = {
    id,
    at: at.toISOString(),
    actor: actor.id,
    ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf }),
    action,
    subject: plain(subject),
    ...(run === undefined ? {} : { run }),
    ...(step === undefined ? {} : { step }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(salt === null ? beside : { personal: personalHash({ salt, data: beside }) }),
  }
  return {
    id,
    at,
    action,
    subject: entry.subject,
    before: beside.before === undefined ? null : JSON.stringify(beside.before),
    after: beside.after === undefined ? null : JSON.stringify(beside.after),
    reason: beside.reason ?? null,
    salt,
    entry: Buffer.from(canonicalEntry(entry)).toString('utf8'),
  }
}

type Beside = { readonly before?: unknown; readonly after?: unknown; readonly reason?: string }
type Said = { readonly [Name in keyof Beside]: Beside[Name] | undefined }

/** As Postgres gives it back: plain JSON without what it cannot keep in text; null is the same as nothing. */
function kept(said: Said): Beside {
  const there = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== null))
  return JSON.parse(JSON.stringify(there), (_, value: unknown) => (typeof value === 'string' ? plain(value) : value))
}

/** Postgres keeps no NUL and no half of a surrogate pair. */
const plain = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')
