import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyDatabaseUrl } from '../../test/harness/database.ts'
import { enginePool } from './engine-pool.ts'

const poolOn = (url: string) => {
  const pool = enginePool(url, 1)
  onTestFinished(() => pool.end())
  return pool
}
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'nexus-engine-pool-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

/** ErrorResponse, as in "Message Formats" of the manual of PostgreSQL. */
function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.from('E----')
  head.writeInt32BE(4 + fields.length, 1)
  return Buffer.concat([head, fields])
}

describe('a connection of the engine', () => {
  test('to a Postgres whose socket is not there is lost under a name that the engine waits for', async () => {
    const pool = poolOn(`postgres://nexus@/nexus?host=${encodeURIComponent(folder())}`)

    await expect(pool.connect()).rejects.toMatchObject({
      code: 'ECONNRESET',
      message: expect.stringContaining('ENOENT'),
    })
  })

  test('that dies while it is used is lost under that name, too', async () => {
    const url = await emptyDatabaseUrl()
    const client = await poolOn(url).connect()
    const stream = (client as unknown as { connection: { stream: Socket } }).connection.stream
    stream.write = (() => {
      stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
      return false
    }) as typeof stream.write

    await expect(client.query('select 1')).rejects.toMatchObject({ code: 'ECONNRESET', message: 'write EPIPE' })
    client.release(true)
  })

  test('that was left in a transaction is ended after 10 s, and lost under that name where that is the answer', async () => {
    const client = await poolOn(await emptyDatabaseUrl()).connect()
    const { rows } = await client.query('show idle_in_transaction_session_timeout')
    const stream = (client as unknown as { connection: { stream: Socket } }).connection.stream
    stream.write = (() => stream.emit('data', fatal('25P03', 'left in a transaction'))) as typeof stream.write

    await expect(client.query('select 1')).rejects.toMatchObject({
      code: 'ECONNRESET',
      message: 'left in a transaction',
    })
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }])
    client.release(true)
  })

  test('gives any other failure as it is, and works', async () => {
    const pool = poolOn(await emptyDatabaseUrl())

    await expect(pool.query('select 1 from nothing')).rejects.toMatchObject({ code: '42P01' })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  describe('plans', () => {
    const aStep = 'SELECT output FROM operation_outputs WHERE workflow_uuid=$1 AND function_id=$2'
    const plannedOnce = async (pool: pg.Pool) =>
      (await pool.query<{ statement: string }>('select statement from pg_prepared_statements')).rows.map(
        (row) => row.statement,
      )
    const withSteps = async () => {
      const pool = poolOn(await emptyDatabaseUrl())
      await pool.query('create table operation_outputs (workflow_uuid text, function_id int, output text)')
      await pool.query(`insert into operation_outputs values ('run', 1, 'done')`)
      return pool
    }

    test('what is asked about one run once, by whomever it is asked', async () => {
      const pool = await withSteps()
      const client = await pool.connect()
      const first = await client.query(aStep, ['run', 1])
      client.release()

      expect([first.rows, (await pool.query(aStep, ['run', 2])).rows]).toEqual([[{ output: 'done' }], []])
      expect(await plannedOnce(pool)).toEqual([aStep])
    })

    test('what filters by anything else for its values each time', async () => {
      const pool = await withSteps()
      await pool.query('SELECT * FROM operation_outputs WHERE workflow_uuid=$1', ['run'])
      await pool.query('SELECT output FROM operation_outputs WHERE function_id > $1', [0])

      expect(await plannedOnce(pool)).toEqual([])
    })

    test('again where a table got a column meanwhile', async () => {
      const pool = await withSteps()
      await pool.query(aStep, ['run', 1])
      await pool.query('alter table operation_outputs add column error text')

      expect((await pool.query(aStep, ['run', 1])).rows).toEqual([{ output: 'done' }])
    })
  })
})
