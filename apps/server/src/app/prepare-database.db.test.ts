import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations, testDatabase } from '../../test/harness/database.ts'
import { systemActor } from '../platform/actor.ts'
import { recordAudit } from '../platform/audit.ts'
import { rightsNotSeparated } from '../platform/database-roles.ts'
import { type Database, migrate, openDatabase } from '../platform/db.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../platform/embedded-postgres.ts'
import { eraseBeside } from '../platform/erase-beside.ts'
import { prepareDatabase } from './prepare-database.ts'

let home: string
let postgres: EmbeddedPostgres
let app: Database
let owner: Database
let auditor: Database
const entry = { action: 'test.done', subject: 'tst_1', at: new Date('2026-01-01T00:00:00Z') }

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nexus-roles-'))
  await chmod(home, 0o755)
  postgres = await startEmbeddedPostgres(home)
  await prepareDatabase(postgres.url, postgres.ownerUrl)
  app = openDatabase(postgres.url, 2)
  owner = openDatabase(postgres.ownerUrl, 2)
  auditor = openDatabase(postgres.auditorUrl, 2)
  await app.inTransaction((tx) => recordAudit(tx, systemActor('test'), entry))
})
afterAll(async () => {
  await Promise.all([app, owner, auditor].map((each) => each.close()))
  await postgres.stop()
  await rm(home, { recursive: true, force: true })
})

const refused = { code: '42501' }

test('the role that runs Nexus writes and reads the trail, and can neither change, delete, empty nor alter it', async () => {
  expect(await app.rows('select id from audit_entry')).toHaveLength(1)
  for (const deed of [
    `update audit_entry set action = 'x'`,
    'delete from audit_entry',
    'truncate audit_entry',
    'alter table audit_entry disable trigger all',
    'drop table audit_entry',
    'create table nexus.mine (id text)',
    `set role nexus_owner`,
  ]) {
    await expect(app.rows(deed), deed).rejects.toMatchObject(refused)
  }
  await app.rows(`insert into promise (id, kind, subject, due_at) values ('prm_1', 'k', 's', now())`)
  expect(await app.rows(`delete from promise where id = 'prm_1' returning id`)).toHaveLength(1)
})

test('what stands beside an entry can be erased by it, with an entry that names it and not otherwise', async () => {
  const personal = { ...entry, after: { mail: 'ann@example.test' } }
  const entries = await app.inTransaction((tx) => recordAudit(tx, systemActor('test'), personal))
  await expect(app.rows('select erase_beside($1)', [entries])).rejects.toThrow('without an entry that says so')
  await app.inTransaction((tx) => eraseBeside(tx, systemActor('test'), { entries, subject: 'contact:1', at: entry.at }))

  expect(await app.rows('select after, salt from audit_entry where id = any($1)', [entries])).toEqual([
    { after: null, salt: null },
  ])
  await expect(auditor.rows('select erase_beside($1)', [entries])).rejects.toMatchObject(refused)
})

test('the auditor reads the trail and nothing else', async () => {
  expect((await auditor.rows('select id from audit_entry')).length).toBeGreaterThan(0)
  await expect(auditor.rows('select * from secret')).rejects.toMatchObject(refused)
  await expect(auditor.rows('delete from audit_entry')).rejects.toMatchObject(refused)
})

test('who could rewrite the trail is told so', async () => {
  expect(await rightsNotSeparated(app)).toBeUndefined()
  expect(await rightsNotSeparated(owner)).toMatch(/^nexus_owner owns audit_entry/)
  expect(await rightsNotSeparated(await testDatabase())).toMatch(/owns audit_entry/)
})

test('a second start changes nothing, and without the owner a migrated database is taken as it is', async () => {
  expect(await prepareDatabase(postgres.url, postgres.ownerUrl)).toEqual([])
  expect(await prepareDatabase(postgres.url, undefined)).toEqual([])
  expect(await rightsNotSeparated(app)).toBeUndefined()
})

test('a database of before, owned by the one role there was, is handed to the owner at the next start', async () => {
  const superuser = new URL(postgres.url)
  superuser.username = 'postgres'
  superuser.password = (await readFile(join(home, 'postgres/superuser-password'), 'utf8')).trim()
  const one = openDatabase(superuser.toString(), 1)
  await one.rows('grant create on schema nexus to nexus')
  await one.rows('alter table nexus.audit_entry owner to nexus')
  await one.rows('alter table nexus.executor owner to nexus')
  await one.rows('alter database nexus owner to nexus')
  await one.close()
  expect(await rightsNotSeparated(app)).toBe('nexus owns audit_entry')

  const again = await startEmbeddedPostgres(home)
  await prepareDatabase(again.url, again.ownerUrl)

  expect(again.adopted).toBe(true)
  expect(await rightsNotSeparated(app)).toBeUndefined()
})

test('the role that runs Nexus is told what to do when it would have to migrate', async () => {
  const bare = openDatabase(postgres.url, 1)
  await owner.rows(`delete from nexus.migration where name = '0090-checks.sql'`)

  await expect(migrate(bare, migrations)).rejects.toMatchObject({ code: 'database.not_migrated' })

  await owner.rows(`insert into nexus.migration (name) values ('0090-checks.sql')`)
  await bare.close()
})
