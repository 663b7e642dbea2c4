import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyDatabaseUrl, migrations } from '../../test/harness/database.ts'
import { accessService } from '../modules/access/index.ts'
import { systemActor } from '../platform/actor.ts'
import { now } from '../platform/clock.ts'
import { type Database, migrate, openDatabase } from '../platform/db.ts'
import { rescue } from './rescue.ts'

let db: Database
let url: string
const home = mkdtempSync(join(tmpdir(), 'nexus-rescue-'))
beforeAll(async () => {
  url = await emptyDatabaseUrl()
  db = openDatabase(url, 4)
  await migrate(db, migrations)
})
afterAll(async () => {
  await db.close()
  rmSync(home, { recursive: true, force: true })
})

test('a lost admin comes back in by a token in a file of the machine, and the trail says so', async () => {
  const access = accessService({ db, now })
  const house = systemActor('test')
  await access.createPerson(house, { name: 'Ann', email: 'ann@example.test', roles: ['admin'] })
  const file = await rescue({ home, url, uid: process.getuid?.() })
  const bootstrap = await access.authenticate(readFileSync(file, 'utf8'))
  const { person, text } = await access.createFirstAdmin(bootstrap, { name: 'x', email: 'ann@example.test' })

  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(person.name).toBe('Ann')
  expect((await access.authenticate(text)).permissions).toContain('access.write')
  expect(await db.rows(`select 1 from audit_entry where action = 'access.rescued'`)).toHaveLength(1)
})

test('somebody else on the machine is refused', async () => {
  await expect(rescue({ home, url, uid: 64_000 })).rejects.toMatchObject({ code: 'access.rescue_refused' })
})
