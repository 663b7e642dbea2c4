import {
  fromBase64,
  leafHash,
  openCheckpoint,
  parseEntry,
  parseNote,
  parseVerifierKey,
  verifyConsistency,
  verifyInclusion,
} from '@nexus/trail'
import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabaseUrl, migrations } from '../../../test/harness/database.ts'
import { memorySink, trailOn, write } from '../../../test/harness/trail-bench.ts'
import { type Actor, grants, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { type Database, migrate, openDatabase } from '../../platform/db.ts'
import { openEventHub } from '../../platform/event-hub.ts'
import type { Happening } from '../../platform/happening.ts'
import { placeEntries } from './sequencer.ts'
import type { Trail } from './trail-service.ts'

const auditor: Actor = { id: 'per_a', name: 'Ada', permissions: grants.auditor }
const admin: Actor = { id: 'per_b', name: 'Bea', permissions: grants.admin }
const now = () => new Date('2026-05-01T10:00:05Z')

let db: Database
let sink: ReturnType<typeof memorySink>
let trail: Trail
beforeEach(async () => {
  db = openDatabase(await emptyDatabaseUrl(), 12)
  await migrate(db, migrations)
  sink = memorySink()
  trail = trailOn(db, [sink])
  return () => db.close()
})

const places = () =>
  db.rows<{ index: number; entry_id: string }>('select index, entry_id from trail_leaf order by index')
const bytes = (text: string) => fromBase64(text) ?? new Uint8Array()
const verifiers = async () => (await trail.keys()).map((each) => parseVerifierKey(each.verifierKey))

describe('an entry', () => {
  test('is hashed as it is kept, with before, after and reason behind a salted hash', async () => {
    const at = new Date('2026-05-01T10:00:00.123Z')
    const said = { before: { mail: 'a@b.test' }, after: null, reason: 'because \0 \ud800' }
    await db.inTransaction((tx) =>
      recordAudit(tx, systemActor('f', 'per_1'), { action: 'a.b', subject: 's', at, ...said }),
    )
    const row = await db.row<{ entry: string; before: unknown; after: unknown; reason: string }>(
      'select * from audit_entry',
    )
    const entry = parseEntry(Buffer.from(row?.entry ?? ''))

    expect(entry).toMatchObject({
      at: at.toISOString(),
      actor: 'system:f',
      onBehalfOf: 'per_1',
      action: 'a.b',
      subject: 's',
    })
    expect(entry.personal).toMatch(/^[0-9a-f]{64}$/)
    expect(row?.entry).not.toContain('a@b.test')
    expect([row?.before, row?.after, row?.reason]).toEqual([{ mail: 'a@b.test' }, null, 'because \ufffd \ufffd'])
    expect((await trail.verify(auditor)).findings).toEqual([])
  })

  test('that says so keeps its after in the entry itself', async () => {
    const said = { action: 'a.b', subject: 's', at: now(), after: { b: 1, a: [2, null] }, impersonal: true as const }
    await db.inTransaction((tx) => recordAudit(tx, auditor, said))
    await trail.checkpoint(auditor)
    const [row] = await db.rows<{ entry: string; salt: string | null }>(
      `select entry, salt from audit_entry where action = 'a.b'`,
    )

    expect(parseEntry(Buffer.from(row?.entry ?? ''))).toMatchObject({ after: { a: [2, null], b: 1 } })
    expect(row?.salt).toBeNull()
    expect((await trail.verify(auditor)).findings).toEqual([])
  })
})

describe('many entries at once', () => {
  test('are kept in their order, each with its own words, and each is heard of once', async () => {
    const heard: Happening[] = []
    const hub = await openEventHub(db.pool.options.connectionString ?? '', pino({ level: 'silent' }))
    hub.subscribe((each) => heard.push(each))
    const said = Array.from({ length: 700 }, (_, n) => ({
      action: 'order.moved',
      subject: `ord_ä${n}`,
      at: now(),
      after: { n },
      ...(n % 2 === 0 ? { reason: `because ${n}` } : {}),
    }))
    const ids = await db.inTransaction((tx) => recordAudit(tx, auditor, ...said))
    await expect.poll(() => heard.length).toBe(said.length)
    await hub.close()
    const rows = await db.rows<{ id: string; subject: string; after: unknown; reason: string | null }>(
      `select id, subject, after, reason from audit_entry where action = 'order.moved' order by id`,
    )

    expect(rows).toEqual(
      said.map(({ subject, after, reason }, n) => ({ id: ids[n], subject, after, reason: reason ?? null })),
    )
    expect(heard.map((each) => each.subject)).toEqual(said.map((each) => each.subject))
    expect((await trail.verify(auditor)).findings).toEqual([])
  })
})

describe('the sequencer', () => {
  test('gives every committed entry one place, in the order of transactions, without a gap', async () => {
    const first = await write(db, 3)
    const second = await write(db, 2)
    expect(await placeEntries(db, now)).toBe(5)
    expect(await placeEntries(db, now)).toBe(0)

    expect((await places()).map((each) => each.index)).toEqual([0, 1, 2, 3, 4])
    expect((await places()).map((each) => each.entry_id)).toEqual([...first, ...second])
  })

  test('an entry of a transaction that commits late gets its place then, and those after it did not wait', async () => {
    const client = await db.pool.connect()
    await client.query('begin')
    await client.query(`select pg_current_xact_id()`)
    await write(db, 2)
    expect(await placeEntries(db, now)).toBe(2)
    await client.query(
      `insert into audit_entry (id, at, actor, action, subject, entry) values ('aud_late', now(), 'a', 'b', 'c', '{}')`,
    )
    await write(db, 1)
    expect(await placeEntries(db, now)).toBe(1)
    await client.query('commit')
    client.release()

    expect(await placeEntries(db, now)).toBe(1)
    expect((await places()).map((each) => each.entry_id).at(-1)).toBe('aud_late')
    expect(await placeEntries(db, now)).toBe(0)
  })

  test('many nodes at once, while others write, make one log', async () => {
    const nodes = Array.from({ length: 4 }, async () => {
      for (let round = 0; round < 8; round += 1) await placeEntries(db, now)
    })
    const writers = Array.from({ length: 4 }, async (_, n) => {
      for (let round = 0; round < 8; round += 1) await write(db, 5, `tst_${n}`)
    })
    await Promise.all([...nodes, ...writers])
    await placeEntries(db, now)

    const found = await places()
    expect(found.map((each) => each.index)).toEqual(Array.from({ length: 160 }, (_, n) => n))
    expect(new Set(found.map((each) => each.entry_id)).size).toBe(160)
    expect((await trail.verify(auditor)).findings).toEqual([])
  })

  test('writers do not wait for it: an entry commits while a batch is held open', async () => {
    const client = await db.pool.connect()
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock(7010)')
    await client.query('lock table trail_leaf in share row exclusive mode')

    await write(db, 1)
    expect(await placeEntries(db, now)).toBe(0)

    await client.query('commit')
    client.release()
    expect(await placeEntries(db, now)).toBe(1)
  })

  test('in a database that came from a server with more transactions goes on', async () => {
    await write(db, 1)
    await placeEntries(db, now)
    await db.rows(`update trail_batch set seen = '4000000000'::xid8`)
    await write(db, 2)

    expect(await placeEntries(db, now)).toBe(2)
  })
})

describe('a checkpoint', () => {
  test('is signed once for each size, and leaves the database', async () => {
    await write(db, 3)
    const made = await trail.checkpoint(auditor)
    const again = await trail.checkpoint(auditor)

    expect(openCheckpoint(made.note, await verifiers())).toMatchObject({ origin: 'nexus.test/trail', size: 4 })
    expect(again).toEqual(made)
    expect(sink.kept).toEqual([made])
  })

  test('of one size and of another are consistent, and each entry is proven in them', async () => {
    await write(db, 300)
    const first = await trail.checkpoint(auditor)
    await write(db, 700)
    const second = await trail.checkpoint(auditor)
    const [one, two] = [openCheckpoint(first.note, await verifiers()), openCheckpoint(second.note, await verifiers())]
    const proof = (await trail.consistency(auditor, first.size, second.size)).map(bytes)

    verifyConsistency({ first: one.size, second: two.size, firstRoot: one.root, secondRoot: two.root, proof })
    for (const index of ['0', '255', '256', '300', '511', '1000']) {
      const found = await trail.prove(auditor, index)
      const { size, root } = openCheckpoint(found.checkpoint, await verifiers())
      const leaf = leafHash(Buffer.from(found.entry.entry))
      verifyInclusion({ leaf, index: Number(index), size, proof: found.proof.map(bytes), root })
    }
  })

  test('that could not leave is brought outside with the next one', async () => {
    sink.fails = true
    await write(db, 1)
    await trail.checkpoint(auditor)
    sink.fails = false
    const made = await trail.checkpoint(auditor)

    expect(sink.kept).toEqual([made])
  })

  test('after a change of keys is signed by the old key too, and the change is an entry', async () => {
    await write(db, 1)
    await trail.checkpoint(auditor)
    const made = await trail.rotateKey(admin, 'the yearly change')
    const both = await trail.checkpoint(auditor)
    await write(db, 1)
    const alone = await trail.checkpoint(auditor)

    expect([both, alone].map((each) => parseNote(each.note).signatures.length)).toEqual([2, 1])
    expect((await trail.keys())[0]).toEqual(made)
    const [entry] = await trail.list(auditor, { action: 'trail.key_rotated', limit: 1 })
    expect(entry).toMatchObject({ actor: 'per_b', after: { key: made.verifierKey, reason: 'the yearly change' } })
    expect(await trail.verify(auditor)).toMatchObject({ verdict: 'pass', findings: [] })
    await expect(trail.rotateKey(auditor, 'no')).rejects.toMatchObject({ code: 'access.forbidden' })
  })
})

describe('verifying', () => {
  test('says what it does not prove', async () => {
    await write(db, 2)
    const alone = await trailOn(db, []).verify(auditor)
    await trail.checkpoint(auditor)
    await write(db, 1)
    const outside = await trail.verify(auditor)

    expect(alone.verdict).toBe('unknown')
    expect(alone.limits.join('\n')).toMatch(
      /no checkpoint outside[\s\S]*rights not separated[\s\S]*provable only against outsiders/,
    )
    expect(outside).toMatchObject({
      verdict: 'pass',
      size: 3,
      waiting: 1,
      holds: [{ size: 3 }, { source: 'the auditor', size: 3 }],
    })
    expect(outside.limits.join('\n')).not.toMatch(/provable only/)
  })

  test('an export is an entry, and is read page by page by who began it only', async () => {
    await write(db, 5)
    const begun = await trail.startExport(auditor, { format: 'jsonl', reason: 'audit of May' })
    const first = await trail.exportPage(auditor, begun.id, { from: 0, limit: 4 })
    const rest = await trail.exportPage(auditor, begun.id, { from: first.next ?? 0, limit: 4 })

    expect([...first.items, ...rest.items].map((each) => each.index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(rest.next).toBeUndefined()
    expect(await trail.list(auditor, { action: 'trail.exported', limit: 5 })).toMatchObject([
      { id: begun.id, reason: 'audit of May' },
    ])
    await expect(trail.exportPage(admin, begun.id, { from: 0, limit: 1 })).rejects.toMatchObject({
      code: 'trail.no_export',
    })
  })
})
