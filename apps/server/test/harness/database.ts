import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { type Database, migrate, openDatabase } from '../../src/platform/db.ts'

export const migrations = join(import.meta.dirname, '../../migrations')

/** The URL of a new, empty database on the Postgres of this test run; dropped with it. */
export async function emptyDatabaseUrl(): Promise<string> {
  const server = new URL(inject('postgresUrl'))
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: server.toString() })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  server.pathname = `/${name}`
  return server.toString()
}

/** A fresh, migrated database that is closed after the file's tests. */
export async function testDatabase(): Promise<Database> {
  const database = openDatabase(await emptyDatabaseUrl(), 10)
  await migrate(database, migrations)
  afterAll(() => database.close())
  return database
}
