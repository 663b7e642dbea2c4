import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { systemActor } from '../../apps/server/src/platform/actor.ts'
import { recordAudit } from '../../apps/server/src/platform/audit.ts'
import { type Database, migrate, openDatabase, type Tx } from '../../apps/server/src/platform/db.ts'
import { startEmbeddedPostgres } from '../../apps/server/src/platform/embedded-postgres.ts'

export type AppendFigures = {
  readonly batch: number
  readonly ours: number
  readonly bare: number
  readonly ratio: number
  /** The same against a bare INSERT that is planned once for the connection, as ours is. */
  readonly preparedRatio: number
}

const rounds = 9
const secondsEach = 0.6
const actor = systemActor('deliver-order', 'person:ada')

/** What a move of an order says of itself. */
const entriesOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    action: 'order.moved',
    subject: `ord_${n % 997}`,
    at: new Date(),
    before: { state: 'Queued', step: n },
    after: { state: 'Provisioning', step: n, mail: `person${n}@example.test` },
    reason: 'the delivery goes on',
  }))

const columns = ['id', 'at', 'actor', 'on_behalf_of', 'action', 'subject', 'before', 'after', 'reason', 'salt', 'entry']

/** The very rows that recordAudit made, as one plain INSERT of the same shape; made outside of what is measured. */
async function bareRows(db: Database, batch: number): Promise<unknown[][]> {
  await db.inTransaction((tx) => recordAudit(tx, actor, ...entriesOf(batch)))
  const rows = await db.rows<Record<string, unknown>>(
    `select id, at, actor, on_behalf_of, action, subject, before::text as before, after::text as after, reason, salt, entry
       from audit_entry order by written desc limit $1`,
    [batch],
  )
  return columns.map((name) => rows.map((row) => row[name]))
}

let made = 0
async function insertBare(tx: Tx, given: readonly unknown[][], name?: string): Promise<void> {
  made += 1
  await tx.rows(
    `insert into bare_entry (id, at, actor, on_behalf_of, action, subject, before, after, reason, salt, entry)
     select id || $12, at, actor, on_behalf_of, action, subject, before::jsonb, after::jsonb, reason, salt, entry
       from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
         as given (id, at, actor, on_behalf_of, action, subject, before, after, reason, salt, entry)`,
    [...given, String(made)],
    name,
  )
}

async function rate(batch: number, once: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  let count = 0
  while (performance.now() - began < secondsEach * 1000) {
    await once()
    count += batch
  }
  return count / ((performance.now() - began) / 1000)
}

const median = (all: readonly number[]) => all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0

/** Entries a second through the server's own transaction, and through a bare INSERT of the same rows, turn by turn. */
async function measure(db: Database, batch: number): Promise<AppendFigures> {
  const given = await bareRows(db, batch)
  const [ours, bare, prepared]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round <= rounds; round += 1) {
    const one = await rate(batch, () => db.inTransaction((tx) => recordAudit(tx, actor, ...entriesOf(batch))))
    const other = await rate(batch, () => db.inTransaction((tx) => insertBare(tx, given)))
    const third = await rate(batch, () => db.inTransaction((tx) => insertBare(tx, given, 'bare-entries')))
    if (round === 0) continue
    ours.push(one)
    bare.push(other)
    prepared.push(third)
  }
  const against = (those: readonly number[]) => median(ours.map((each, round) => each / (those[round] ?? 1)))
  return { batch, ours: median(ours), bare: median(bare), ratio: against(bare), preparedRatio: against(prepared) }
}

/** On an embedded Postgres of its own, with the migrations and the settings that nexusd has. */
export async function appendFigures(batches: readonly number[], say: (line: string) => void): Promise<AppendFigures[]> {
  const home = await mkdtemp(join(tmpdir(), 'nexus-bench-append-'))
  await chmod(home, 0o755)
  const postgres = await startEmbeddedPostgres(home)
  const db = openDatabase(postgres.ownerUrl, 4)
  try {
    await migrate(db, resolve(import.meta.dirname, '../../apps/server/migrations'))
    await db.rows('create table nexus.bare_entry (like nexus.audit_entry including all)')
    const found: AppendFigures[] = []
    for (const batch of batches) {
      say(`appending in batches of ${batch}`)
      found.push(await measure(db, batch))
    }
    return found
  } finally {
    await db.close()
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
}
