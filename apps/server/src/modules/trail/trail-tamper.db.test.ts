import { appendLeaf, canonicalEntry, emptyRange, leafHash, parseEntry } from '@nexus/trail'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabaseUrl, migrations } from '../../../test/harness/database.ts'
import { memorySink, trailOn, write } from '../../../test/harness/trail-bench.ts'
import { type Actor, grants } from '../../platform/actor.ts'
import { type Database, migrate, openDatabase } from '../../platform/db.ts'
import type { Trail } from './trail-service.ts'

const auditor: Actor = { id: 'per_a', name: 'Ada', permissions: grants.auditor }
const admin: Actor = { id: 'per_b', name: 'Bea', permissions: grants.admin }

let db: Database
let sink: ReturnType<typeof memorySink>
let trail: Trail
let ids: readonly string[]

/** A log of 21 entries (20 and the one of the key) with signed checkpoints of 11 and of 21. */
beforeEach(async () => {
  db = openDatabase(await emptyDatabaseUrl(), 4)
  await migrate(db, migrations)
  sink = memorySink()
  trail = trailOn(db, [sink])
  await write(db, 10)
  await trail.checkpoint(auditor)
  await write(db, 10)
  await trail.checkpoint(auditor)
  ids = (await db.rows<{ entry_id: string }>('select entry_id from trail_leaf order by index')).map(
    (each) => each.entry_id,
  )
  expect(await trail.verify(auditor)).toMatchObject({ verdict: 'pass', size: 21, findings: [] })
  return () => db.close()
})

const found = async () => {
  const { verdict, findings } = await trail.verify(auditor)
  expect(verdict).toBe('fail')
  return findings
}
const id = (place: number) => ids[place] ?? ''
const entryAt = async (place: number) => {
  const row = await db.row<{ entry: string }>('select entry from audit_entry where id = $1', [id(place)])
  return parseEntry(Buffer.from(row?.entry ?? ''))
}
const put = (place: number, entry: Parameters<typeof canonicalEntry>[0]) =>
  db.rows('update audit_entry set entry = $2 where id = $1', [id(place), Buffer.from(canonicalEntry(entry)).toString()])

/** Leaf hashes, subtrees and the sequencer's state are made anew from the entries as they stand, so that all of it fits. */
async function hashAgain(): Promise<void> {
  const rows = await db.rows<{ index: number; entry: string }>(
    'select l.index, e.entry from trail_leaf l join audit_entry e on e.id = l.entry_id order by l.index',
  )
  let range = emptyRange()
  for (const { index, entry } of rows) {
    const hash = leafHash(Buffer.from(entry))
    const nodes: { level: number; index: number; of: Uint8Array }[] = []
    range = appendLeaf(range, hash, (node, of) => nodes.push({ ...node, of }))
    await db.rows('update trail_leaf set hash = $2 where index = $1', [index, hash])
    for (const { level, index: at, of } of nodes.filter((each) => each.level === 8))
      await db.rows('update trail_node set hash = $3 where level = $1 and index = $2', [level, at, of])
  }
  await db.rows('update trail_batch set size = $1, range = $2 where size = (select max(size) from trail_batch)', [
    range.size,
    range.hashes,
  ])
}

describe('in the database itself', () => {
  test('a changed field of an entry is found and the entry named', async () => {
    await put(7, { ...(await entryAt(7)), actor: 'per_somebody_else' })
    expect(await found()).toMatchObject([{ kind: 'changed', index: 7, entry: id(7) }])
  })

  test.each([
    ['actor', `'per_x'`],
    ['action', `'order.deleted'`],
    ['subject', `'tst_2'`],
    ['at', `at - interval '1 day'`],
    ['on_behalf_of', `'per_x'`],
    ['after', `'{"n": 99}'`],
    ['reason', `'another'`],
    ['salt', 'null'],
  ])('a changed column %s beside an entry is found and the entry named', async (column, value) => {
    await db.rows(`update audit_entry set ${column} = ${value} where id = $1`, [id(7)])
    expect(await found()).toMatchObject([{ kind: 'column', index: 7, entry: id(7) }])
  })

  test('what stood beside an entry, erased without an entry that says so, is found', async () => {
    await db.rows('update audit_entry set before = null, after = null, reason = null, salt = null where id = $1', [
      id(7),
    ])
    expect((await found())[0]?.sentence).toMatch(/gone, and no entry says that they were erased/)
  })

  test('a deleted row is found and named', async () => {
    await db.rows('delete from audit_entry where id = $1', [id(12)])
    expect(await found()).toMatchObject([{ kind: 'missing', index: 12, entry: id(12) }])
  })

  test('a row deleted with its place is found: the place is named, and the range', async () => {
    await db.rows('delete from audit_entry where id = $1', [id(12)])
    await db.rows('delete from trail_leaf where index = 12')
    expect(await found()).toMatchObject([
      { kind: 'missing', index: 12 },
      { kind: 'range', from: 11, to: 21 },
    ])
  })

  test('two swapped entries are found and both named', async () => {
    const [one, other] = [await entryAt(3), await entryAt(15)]
    await put(3, other)
    await put(15, one)
    expect(await found()).toMatchObject([
      { kind: 'swapped', index: 3, entry: id(3) },
      { kind: 'swapped', index: 15, entry: id(15) },
    ])
  })

  test('two places swapped are found: the range is named', async () => {
    await db.rows(`update trail_leaf set entry_id = case index when 3 then 'x' else $1 end where index in (3, 15)`, [
      id(3),
    ])
    await db.rows(`update trail_leaf set entry_id = $1 where index = 3`, [id(15)])
    await hashAgain()
    expect(await found()).toMatchObject([{ kind: 'range', from: 0, to: 11 }])
  })

  test('an inserted row is found and named', async () => {
    const entry = { ...(await entryAt(7)), id: 'aud_inserted' }
    await db.rows(
      `insert into audit_entry (id, at, actor, action, subject, entry, xid)
       select 'aud_inserted', at, actor, action, subject, $2, xid from audit_entry where id = $1`,
      [id(7), Buffer.from(canonicalEntry(entry)).toString()],
    )
    expect(await found()).toMatchObject([{ kind: 'inserted', entry: 'aud_inserted' }])
  })

  test('a row inserted with a place of its own in the middle is found: the smallest range is named', async () => {
    await db.rows(
      `insert into audit_entry (id, at, actor, action, subject, entry) select 'aud_in', at, actor, action, subject, entry from audit_entry where id = $1`,
      [id(15)],
    )
    await db.rows('update trail_leaf set index = index + 1000 where index >= 15')
    await db.rows('update trail_leaf set index = index - 999 where index >= 1000')
    await db.rows(`insert into trail_leaf (index, entry_id, hash) values (15, 'aud_in', '\\x00')`)
    await hashAgain()
    expect(await found()).toContainEqual(expect.objectContaining({ kind: 'range', from: 11, to: 21 }))
  })

  test('a tail cut off, with its checkpoint, is found by what has left the database', async () => {
    await db.rows('delete from trail_leaf where index >= 11')
    await db.rows('delete from audit_entry where id = any($1)', [ids.slice(11)])
    await db.rows('delete from trail_checkpoint where size > 11')
    await db.rows('delete from trail_batch where size > 11')
    const findings = await found()
    expect(findings).toMatchObject([{ kind: 'truncated', from: 11, to: 21 }])
    expect(findings[0]?.sentence).toMatch(/the auditor has a checkpoint .* with 21/)
  })

  test('a replaced checkpoint is found and named', async () => {
    const [first] = sink.kept
    await db.rows('update trail_checkpoint set note = $1 where size = 21', [first?.note])
    expect(await found()).toMatchObject([{ kind: 'checkpoint' }])
    await db.rows(
      'update trail_checkpoint set note = replace($1, chr(10) || 11 || chr(10), chr(10) || 21 || chr(10)) where size = 21',
      [first?.note],
    )
    expect((await found())[0]?.sentence).toMatch(/checkpoint of 21 entries in the database is not one of this log/)
  })

  test('hashes, subtrees and state rewritten so that they fit each other are found: the smallest range is named', async () => {
    await write(db, 300)
    await trail.checkpoint(auditor)
    await put(14, { ...(await entryAt(14)), action: 'order.refunded' })
    await db.rows(`update audit_entry set action = 'order.refunded' where id = $1`, [id(14)])
    await hashAgain()
    expect(await found()).toMatchObject([{ kind: 'range', from: 11, to: 21 }])
  })

  test('everything rewritten, also the key and the checkpoints, is found by what has left the database', async () => {
    for (const table of [
      'trail_leaf',
      'trail_node',
      'trail_batch',
      'trail_checkpoint',
      'trail_key',
      'trail_sent',
      'audit_entry',
    ])
      await db.rows(`delete from ${table}`)
    await write(db, 25)
    const forger = trailOn(db, [], undefined)
    await forger.checkpoint(auditor)
    expect(await forger.verify(auditor)).toMatchObject({ verdict: 'unknown', findings: [] })

    expect((await found()).map((each) => each.kind)).toEqual(['checkpoint', 'checkpoint'])
  })
})

describe('an older backup put in place', () => {
  const rewind = async () => {
    await db.rows('delete from trail_leaf where index >= 11')
    await db.rows('delete from audit_entry where id = any($1)', [ids.slice(11)])
    for (const table of ['trail_checkpoint', 'trail_batch', 'trail_sent'])
      await db.rows(`delete from ${table} where size > 11`)
  }

  test('is found, nothing is signed on it, and the alert is one entry however often it is looked at', async () => {
    await rewind()
    await write(db, 15)
    for (let round = 0; round < 2; round += 1)
      await expect(trail.keep()).rejects.toMatchObject({ code: 'trail.rewound' })

    expect((await found()).map((each) => each.kind)).toContain('range')
    const alerts = await trail.list(auditor, { action: 'trail.alert', limit: 10 })
    expect(alerts.length).toBeGreaterThan(0)
    expect(alerts.length).toBeLessThanOrEqual(2)
    expect(sink.kept.map((each) => each.size)).toEqual([11, 21])
  })

  test('goes on once a person has said so, with an entry of the old and the new size', async () => {
    await rewind()
    await expect(trail.acceptRestore(auditor, 'no')).rejects.toMatchObject({ code: 'access.forbidden' })
    expect(await trail.acceptRestore(admin, 'the disk was lost')).toEqual({ from: 21, to: 11 })
    expect(await trail.acceptRestore(admin, 'the disk was lost')).toBeUndefined()
    await write(db, 15)
    await trail.keep()

    const report = await trail.verify(auditor)
    expect(report).toMatchObject({ verdict: 'pass', size: 27, findings: [] })
    expect(report.limits.join()).toMatch(/a restore went back from 21 entries to 11/)
    expect(await trail.list(auditor, { action: 'trail.restored', limit: 5 })).toMatchObject([
      { actor: 'per_b', before: { size: 21 }, after: { size: 11, reason: 'the disk was lost' } },
    ])
  })
})

test('the self-check writes an alert that names what is wrong', async () => {
  await db.rows('delete from audit_entry where id = $1', [id(12)])
  for (let round = 0; round < 3; round += 1) await trail.check()

  const alerts = await trail.list(auditor, { action: 'trail.alert', limit: 10 })
  expect(alerts).toMatchObject([{ after: { findings: [expect.stringContaining(id(12))] } }])
})
