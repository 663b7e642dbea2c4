import { randomBytes } from 'node:crypto'
import { base64Of, canonicalText, type Entry, entryText, saltedHash, saltSize } from '@nexus/trail'
import type { Actor } from './actor.ts'
import type { Tx } from './db.ts'
import { noticesOf } from './happening.ts'
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
  const ids: string[] = []
  let written: Promise<unknown> = Promise.resolve()
  for (let count = firstTogether; ids.length < entries.length; count = Math.min(2 * count, mostTogether)) {
    // Postgres writes what was handed over while the next ones are hashed here.
    const rows = toRows(actor, entries.slice(ids.length, ids.length + count))
    await written
    written = insertRows(tx, actor, rows)
    written.catch(() => {}) // Awaited above or below, but for where hashing fails meanwhile.
    ids.push(...rows.map((each) => each.id))
  }
  await written
  return ids
}

/** So many rows at once; the first are few, so that Postgres has something to do early. */
const firstTogether = 40
const mostTogether = 160

async function insertRows(tx: Tx, actor: Actor, rows: readonly Row[]): Promise<void> {
  const of = (column: keyof Row) => rows.map((each) => each[column])
  await tx.rows(
    `with written as (
       insert into audit_entry (id, at, actor, on_behalf_of, action, subject, before, after, reason, salt, entry, about)
       select id, at, $3, $4, action, subject, beside->'before', beside->'after', beside->>'reason', salt, entry,
              case when starts_with(subject, 'ord_') then split_part(subject, ':', 1)
                   else about_of(subject, split_part(action, '.', 1)) end
         from unnest($1::text[], $2::timestamptz[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::text[])
           as given (id, at, action, subject, beside, salt, entry))
     select pg_notify('nexus_event', happened) from unnest($10::text[]) as given (happened)`,
    [
      of('id'),
      of('at'),
      actor.id,
      actor.onBehalfOf ?? null,
      of('action'),
      of('subject'),
      of('beside'),
      of('salt'),
      of('entry'),
      noticesOf(rows),
    ],
    'audit-entries',
  )
}

function toRows(actor: Actor, entries: readonly AuditEntry[]): Row[] {
  const chance = randomBytes(saltSize * entries.length)
  return entries.map((each, at) => toRow(actor, each, chance.subarray(at * saltSize, (at + 1) * saltSize)))
}

type Row = ReturnType<typeof toRow>

function toRow(actor: Actor, told: AuditEntry, chance: Uint8Array) {
  const { action, evidence, impersonal } = told
  const data = kept(told)
  const beside = data && canonicalText(data)
  const hidden = impersonal ? undefined : beside
  const [run, step] = [running.getStore()?.run, inStep.getStore()?.name]
  const id = newId('aud', told.at)
  const at = told.at.toISOString()
  const subject = plain(told.subject)
  const entry: Entry = {
    id,
    at,
    actor: actor.id,
    ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf }),
    action,
    subject,
    ...(run === undefined ? {} : { run }),
    ...(step === undefined ? {} : { step }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(hidden === undefined ? data : { personal: saltedHash(chance, hidden) }),
  }
  return {
    id,
    at,
    action,
    subject,
    beside: beside ?? null,
    salt: hidden === undefined ? null : base64Of(chance),
    entry: entryText(entry),
  }
}

type Beside = { before?: unknown; after?: unknown; reason?: string }

/** What is said, as it comes back from Postgres: without what it cannot keep, and null is the same as nothing. */
function kept({ before, after, reason }: AuditEntry): Beside | undefined {
  const text = JSON.stringify({ before, after, reason })
  const data: Beside = JSON.parse(text, /\\u(0000|d[89a-f])/.test(text) ? plainValue : undefined)
  for (const name of ['before', 'after', 'reason'] as const) if (data[name] === null) delete data[name]
  return Object.keys(data).length > 0 ? data : undefined
}

const plainValue = (_: string, value: unknown): unknown => (typeof value === 'string' ? plain(value) : value)

/** Postgres keeps no NUL and no half of a surrogate pair. */
const plain = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')
