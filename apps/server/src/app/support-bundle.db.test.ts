import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { emptyDatabaseUrl } from '../../test/harness/database.ts'
import { secretService } from '../modules/secrets/index.ts'
import { systemActor } from '../platform/actor.ts'
import { type ArchiveEntry, readArchive } from '../platform/archive.ts'
import { now } from '../platform/clock.ts'
import { openDatabase } from '../platform/db.ts'
import { secretBox } from '../platform/secret-box.ts'
import { bundle, secretsAtHand } from './admin-bundle.ts'
import type { AdminContext } from './admin-context.ts'
import { readSettings } from './config.ts'
import { readMasterKey } from './master-key.ts'
import { prepareDatabase } from './prepare-database.ts'
import { settings as schema, secretSettings, shownSettings } from './settings.ts'
import { bundleParts } from './support-bundle.ts'

/** Each in another place; none looks like a secret by itself. */
const planted = {
  sealed: 'sealed value 4f1d9b27',
  setting: 'https://watch.test/ping/of-9c0b7ae2',
  file: 'mail pass 77aa51c0',
  log: 'sealed value 4f1d9b27',
}
const home = mkdtempSync(join(tmpdir(), 'nexus-bundle-'))
const logFile = join(home, 'nexusd.log')
let context: AdminContext

beforeAll(async () => {
  const url = await emptyDatabaseUrl()
  await prepareDatabase(url, undefined)
  writeFileSync(join(home, 'mail-password'), `${planted.file}\n`)
  const settings = readSettings({
    NEXUS_HOME: join(home, 'home'),
    NEXUS_MASTER_KEY_FILE: join(home, 'master.key'),
    NEXUS_DATABASE_URL: url,
    NEXUS_HEARTBEAT_URL: planted.setting,
    NEXUS_MAIL_PASSWORD_FILE: join(home, 'mail-password'),
    NEXUS_LISTEN_PORT: '1',
  })
  const { mkdirSync } = await import('node:fs')
  mkdirSync(settings.home)
  const db = openDatabase(url, 2)
  const secrets = secretService({ db, box: secretBox(readMasterKey(settings)), now, uses: async () => [] })
  await secrets.put(systemActor('test'), { tenant: 'acme', name: 'API_KEY', value: planted.sealed })
  await db.rows(
    `insert into run (id, flow, subject, started_by, started_at, ended_at, outcome, failure)
     values ('r1', 'deliver-order', 'ord_1', 'per_1', now(), now(), 'failed', $1)`,
    [JSON.stringify({ code: 'x.y', message: `it said ${planted.sealed} and ${planted.file}` })],
  )
  await db.close()
  writeFileSync(
    logFile,
    `{"msg":"${planted.log} for ${planted.setting}"}\n{"msg":"mail with ${planted.file} to kim@example.test"}\n`,
  )
  const actor = systemActor('admin', 'os:test')
  context = { settings, flags: { yes: false, log: logFile }, actor, json: false, say: () => {}, ask: undefined }
})

const allOf = async (entries: AsyncIterable<ArchiveEntry>): Promise<string> => {
  let text = ''
  for await (const { name, content } of entries) text += `${name}\n${content.toString()}\n`
  return text
}

describe('a support bundle', () => {
  test('would hold what was planted if nothing were masked', async () => {
    const db = openDatabase(context.settings.databaseUrl, 2)
    const ask = async () => 'not asked'
    const text = await allOf(bundleParts({ settings: context.settings, db, mask: (each) => each, ask, logFile, now }))
    await db.close()

    for (const each of Object.values(planted)) expect(text).toContain(each)
    expect(text).toContain('kim@example.test')
  })

  test('knows every secret at hand, and holds none', async () => {
    const file = join(home, 'bundle.tar.gz')
    const answer = await bundle({ ...context, flags: { ...context.flags, to: file } }, [])
    const db = openDatabase(context.settings.databaseUrl, 2)
    const known = await secretsAtHand(context, db)
    await db.close()
    const text = await allOf(readArchive([readFileSync(file)] as unknown as AsyncIterable<Buffer>))

    expect(known).toEqual(expect.arrayContaining([planted.sealed, planted.setting, planted.file]))
    for (const each of [...Object.values(planted), 'kim@example.test']) expect(text).not.toContain(each)
    expect(text).toContain('it said [masked] and [masked]')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(answer.lines.length).toBeGreaterThan(12)
  })

  test('says what was not to be had, and has the rest', async () => {
    const file = join(home, 'away.tar.gz')
    const settings = { ...context.settings, databaseUrl: 'postgresql://nobody:wrong-password@127.0.0.1:1/none' }
    await bundle({ ...context, settings, flags: { ...context.flags, to: file } }, [])
    const text = await allOf(readArchive([readFileSync(file)] as unknown as AsyncIterable<Buffer>))

    expect(text).toContain('not to be had: nexusd does not answer')
    expect(text).toMatch(/runs-that-fail.json\nnot to be had: /)
    expect(text).toContain('"listenPort": 1')
    expect(text).not.toContain('wrong-password')
  })

  test('hides every setting that is a secret by its name', () => {
    const shape = Object.keys(schema.shape)
    const suspect = shape.filter(
      (name) => /secret|token|password|key|credential|command|url$/i.test(name) && !/file$/i.test(name),
    )
    const open = suspect.filter((name) => !(secretSettings as readonly string[]).includes(name))

    expect(open).toEqual([
      'tlsKey',
      'publicUrl',
      'jumpHostKeys',
      'labProviderUrl',
      'breakGlassKey',
      'deployKeys',
      'dnsManagementUrl',
      'identityKey',
      'authentikUrl',
      'backupHostKey',
      'trailS3Url',
    ])
    expect(shownSettings({ ...context.settings, masterKey: 'x' })['masterKey']).toBe('[hidden]')
  })
})
