import { describe, expect, test } from 'vitest'
import { migrations, testDatabase } from '../../test/harness/database.ts'
import { migrate } from './db.ts'
import { dropPromises, promise, takeDue } from './promises.ts'

const db = await testDatabase()

describe('migrations', () => {
  test('applied twice are applied once', async () => {
    expect(await migrate(db, migrations)).toEqual([])
  })
})

describe('a transaction', () => {
  test('that fails leaves nothing behind', async () => {
    const due = new Date('2026-01-01T00:00:00Z')

    await expect(
      db.inTransaction(async (tx) => {
        await promise(tx, { kind: 'x', subject: 's', dueAt: due })
        throw new Error('cut')
      }),
    ).rejects.toThrow('cut')

    expect(await db.rows('select * from promise')).toEqual([])
  })
})

describe('two transactions that wait for each other', () => {
  test('both come to their end: the one that was broken off runs again', async () => {
    await db.rows(`insert into executor (id) values ('one'), ('two')`)
    let begun = 0
    const both = Promise.withResolvers<void>()
    const lock = (id: string) => `select 1 from executor where id = '${id}' for update`
    const run = (first: string, second: string) =>
      db.inTransaction(async (tx) => {
        await tx.rows(lock(first))
        begun += 1
        if (begun === 2) both.resolve()
        await both.promise
        await tx.rows(lock(second))
        return first
      })

    expect(await Promise.all([run('one', 'two'), run('two', 'one')])).toEqual(['one', 'two'])
    expect(begun).toBeGreaterThan(2)
  })
})

describe('a promise', () => {
  const due = new Date('2026-01-01T00:00:00Z')

  test('made twice is kept once', async () => {
    await db.inTransaction(async (tx) => {
      await promise(tx, { kind: 'follow-up', subject: 'ord_1', dueAt: due })
      await promise(tx, { kind: 'follow-up', subject: 'ord_1', dueAt: due })
    })

    expect(
      await db.inTransaction((tx) => takeDue(tx, new Date('2025-12-31T23:59:59Z'), 10, ['follow-up', 'order.at_risk'])),
    ).toEqual([])
    expect(await db.inTransaction((tx) => takeDue(tx, due, 10, ['follow-up', 'order.at_risk']))).toHaveLength(1)
    expect(await db.inTransaction((tx) => takeDue(tx, due, 10, ['follow-up', 'order.at_risk']))).toEqual([])
  })

  test('that was dropped is not kept', async () => {
    await db.inTransaction(async (tx) => {
      await promise(tx, { kind: 'order.at_risk', subject: 'ord_2', dueAt: due })
      await dropPromises(tx, 'ord_2', 'order.at_risk')
    })

    expect(await db.inTransaction((tx) => takeDue(tx, due, 10, ['follow-up', 'order.at_risk']))).toEqual([])
  })
})
