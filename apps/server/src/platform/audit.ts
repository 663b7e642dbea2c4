import { randomBytes } from 'node:crypto'
import { base64Of, type Entry, entryText, saltedHash, saltSize } from '@nexus/trail'
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
  const ids: string[] = []
  let written: Promise<unknown> = Promise.resolve()
  for (let first = 0; first < entries.length; first += together) {
    // Postgres writes what was handed over while the next ones are hashed here.
    const rows = toRows(actor, entries.slice(first, first + together))
    await written
    written = insertRows(tx, actor, rows)
    ids.push(...rows.map((each) => each.id))
  }
  await written
  return ids
}

const together = 50

async function insertRows(tx: Tx, actor: Actor, rows: readonly Row[]): Promise<void> {
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
}

function toRows(actor: Actor, entries: readonly AuditEntry[]): Row[] {
  const chance = randomBytes(saltSize * entries.length)
  return entries.map((each, at) => toRow(actor, each, chance.subarray(at * saltSize, (at + 1) * saltSize)))
}

type Row = ReturnType<typeof toRow>

function toRow(actor: Actor, told: AuditEntry, chance: Uint8Array) {
  const { action, at, evidence, impersonal, before, after, reason } = told
  const beside = kept({ before, after, reason })
  const salted = !impersonal && beside.size > 0
  const data = beside.size > 0 ? JSON.parse(objectOf(beside)) : {}
  const [run, step] = [running.getStore()?.run, inStep.getStore()?.name]
  const id = newId('aud', at)
  const entry: Entry = {
    id,
    at: at.toISOString(),
    actor: actor.id,
    ...(actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf }),
    action,
    subject: plain(told.subject),
    ...(run === undefined ? {} : { run }),
    ...(step === undefined ? {} : { step }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(salted ? { personal: saltedHash(chance, data) } : data),
  }
  return {
    id,
    at,
    action,
    subject: entry.subject,
    before: beside.get('before') ?? null,
    after: beside.get('after') ?? null,
    reason: reason == null ? null : plain(reason),
    salt: salted ? base64Of(chance) : null,
    entry: entryText(entry),
  }
}

type Beside = Readonly<Record<'before' | 'after' | 'reason', unknown>>

/** JSON texts as Postgres gives them back: without what it cannot keep; null is the same as nothing. */
function kept(said: Beside): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const name of ['before', 'after', 'reason'] as const) {
    const value = said[name]
    if (value === undefined || value === null) continue
    const text = JSON.stringify(value)
    if (text === undefined || text === 'null') continue
    texts.set(name, /\\u(0000|d[89a-f])/.test(text) ? JSON.stringify(JSON.parse(text, plainValue)) : text)
  }
  return texts
}

const objectOf = (texts: ReadonlyMap<string, string>): string =>
  `{${Array.from(texts, ([name, text]) => `"${name}":${text}`).join(',')}}`

const plainValue = (_: string, value: unknown): unknown => (typeof value === 'string' ? plain(value) : value)

/** Postgres keeps no NUL and no half of a surrogate pair. */
const plain = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')
