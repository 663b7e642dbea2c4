import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

describe('a connection of the engine', () => {
  test('to a Postgres whose socket is not there is lost under a name that the engine waits for', async () => {
    const pool = poolOn(`postgres://nexus@/nexus?host=${encodeURIComponent(folder())}`)

    await expect(pool.connect()).rejects.toMatchObject({ code: 'ECONNRESET', message: /ENOENT/ })
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

  test('gives any other failure as it is, and works', async () => {
    const pool = poolOn(await emptyDatabaseUrl())

    await expect(pool.query('select 1 from nothing')).rejects.toMatchObject({ code: '42P01' })
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})
