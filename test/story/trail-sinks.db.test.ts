import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCheckpoint, parseVerifierKey, writeExport } from '@nexus/trail'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../apps/cli/src/test/call.ts'
import { trailService } from '../../apps/server/src/modules/trail/index.ts'
import { systemActor } from '../../apps/server/src/platform/actor.ts'
import { mailCheckpoints } from '../../apps/server/src/platform/adapters/mail-checkpoints.ts'
import { s3Checkpoints } from '../../apps/server/src/platform/adapters/s3-checkpoints.ts'
import { smtpMail } from '../../apps/server/src/platform/adapters/smtp-mail.ts'
import { type Database, migrate, openDatabase } from '../../apps/server/src/platform/db.ts'
import { toFailure } from '../../apps/server/src/platform/errors.ts'
import { emptyDatabaseUrl, migrations } from '../../apps/server/test/harness/database.ts'
import { startS3 } from '../../apps/server/test/harness/s3-stand-in.ts'
import { memoryKeys, trailOn, write } from '../../apps/server/test/harness/trail-bench.ts'
import { type MailBehaviour, openMailCatcher } from '../../lab/src/mail-catcher.ts'
import { mailStore } from '../../lab/src/mail-store.ts'
import { freePort } from '../faults/harness/child.ts'

const me = systemActor('test')
const credentials = { id: 'AUDITOR', secret: 'a secret of forty characters, or nearly so' }
const ends: (() => Promise<unknown>)[] = []
const behaviour: MailBehaviour = { mode: 'normal' }

let db: Database
let folder: string
let mails: ReturnType<typeof mailStore>
let mail: ReturnType<typeof smtpMail>
let s3: Awaited<ReturnType<typeof startS3>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-sinks-'))
  mails = mailStore(join(folder, 'mails'))
  const port = await freePort()
  const catcher = await openMailCatcher({ hosts: ['127.0.0.1'], port }, behaviour, mails, () => {})
  mail = smtpMail({ host: '127.0.0.1', port, tls: 'never', from: 'Nexus <nexus@nexus.test>' })
  s3 = await startS3(credentials, { locked: { locking: true }, plain: { locking: false } })
  ends.push(catcher.close, s3.close)
})
afterAll(async () => {
  for (const end of ends) await end()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  db = openDatabase(await emptyDatabaseUrl(), 4)
  await migrate(db, migrations)
  return () => db.close()
})

const auditor = () => mailCheckpoints({ mail, to: 'auditor@audit.test', everySeconds: 0, domain: 'nexus.test' })
const bucket = (name: string, more: Partial<Parameters<typeof s3Checkpoints>[0]> = {}) =>
  s3Checkpoints({
    url: `${s3.url}/${name}/trail`,
    accessKeyId: credentials.id,
    secretAccessKey: async () => credentials.secret,
    lockDays: 400,
    everySeconds: 0,
    ...more,
  })
const keysOf = async (trail: ReturnType<typeof trailOn>) => (await trail.keys()).map((each) => each.verifierKey)

describe('a checkpoint by mail', () => {
  test('arrives as it was signed, and the mail itself shows an auditor what was cut off', async () => {
    const trail = trailOn(db, [auditor()])
    await write(db, 9)
    const made = await trail.checkpoint(me)
    const [caught] = await mails.list()
    const [key = ''] = await keysOf(trail)
    const kept = join(folder, 'mail.txt')
    await writeFile(kept, (caught?.text ?? '').replaceAll('\n', '\r\n'))
    const cut = join(folder, 'cut')
    await writeExport(cut, 'jsonl', {
      origin: openCheckpoint(made.note, [parseVerifierKey(key)]).origin,
      entries: [],
      checkpoints: [],
    })
    const verified = await call(['trail', 'verify', cut, '--key', key, '--checkpoint', kept])

    expect(caught).toMatchObject({ to: ['auditor@audit.test'] })
    expect(verified.exit).toBe(1)
    expect(verified.out).toContain(`The log ends after 0 entries, and ${made.size} were signed`)
    expect((await trail.verify(me)).limits.join()).not.toContain('provable only against outsiders')
  })

  test('that the relay refuses does not count as sent, and goes with the next one', async () => {
    const failed: unknown[] = []
    const sinks = [auditor()]
    const secrets = memoryKeys()
    const onSinkFailed = (_: string, thrown: unknown) => void failed.push(thrown)
    const trail = trailService({ db, now: () => new Date(), secrets, sinks, origin: 'sinks.test/trail', onSinkFailed })
    const before = (await mails.list()).length
    await write(db, 3)
    behaviour.mode = 'refuse'
    await trail.checkpoint(me)
    behaviour.mode = 'normal'
    const refused = (await mails.list()).length
    await trail.checkpoint(me)

    expect(toFailure(failed[0])).toMatchObject({ code: 'trail.not_mailed' })
    expect([refused, (await mails.list()).length]).toEqual([before, before + 1])
  })
})

describe('a checkpoint in S3', () => {
  test('is signed for, locked, and stays there whatever is put over it', async () => {
    const trail = trailOn(db, [bucket('locked')])
    await write(db, 4)
    const { note, size } = await trail.checkpoint(me)
    const name = `locked/trail/checkpoint-${String(size).padStart(15, '0')}`
    await bucket('locked', { lockDays: 0 }).put({ size, note: 'another history', at: new Date() }, [])

    expect(s3.versions(name).map((each) => each.body.toString())).toEqual([note, 'another history'])
    expect(s3.versions(name)[0]).toMatchObject({ lockMode: 'COMPLIANCE', lockedUntil: '2027-06-05T10:00:05.000Z' })
    expect((await trail.verify(me)).limits.join()).not.toContain('provable only against outsiders')
  })

  test('is read back by the check, which finds a log that was cut behind it', async () => {
    const trail = trailOn(db, [bucket('locked', { url: `${s3.url}/locked/read-back` })])
    for (let time = 0; time < 7; time += 1) {
      await write(db, 1)
      await trail.checkpoint(me)
    }
    const whole = await trail.verify(me)
    await db.rows('delete from trail_leaf where index >= 3')
    await db.rows('delete from trail_batch where size > 3')
    await db.rows('delete from trail_checkpoint where size > 3')
    const cut = await trail.verify(me)

    expect(whole.holds.map((each) => each.source)).toContain(`S3 at ${s3.url}/locked/read-back`)
    expect(cut.verdict).toBe('fail')
    expect(cut.findings.map((each) => each.kind)).toContain('truncated')
  })

  test('is found among very many, by the size in its name', async () => {
    const many = bucket('locked', { url: `${s3.url}/locked/many` })
    for (let size = 3; size <= 3900; size += 3)
      s3.keep(`locked/many/checkpoint-${String(size).padStart(15, '0')}`, `note of ${size}`)

    expect((await many.list?.())?.map((each) => each.size)).toEqual([3888, 3891, 3894, 3897, 3900])
  })

  test('without a lock is in the power of Nexus, which the verdict says', async () => {
    const trail = trailOn(db, [bucket('plain', { lockDays: 0 })])
    await write(db, 2)
    await trail.checkpoint(me)

    expect((await trail.verify(me)).limits.join()).toContain('provable only against outsiders')
    expect((await trail.verify(me)).limits.join()).toContain('rights not separated')
  })

  test.each([
    ['a bucket without locks', 'plain', {}, 'make one with object lock'],
    ['no such bucket', 'nowhere', {}, 'trailS3Url'],
    ['another secret', 'locked', { secretAccessKey: async () => 'guessed' }, 'trailS3SecretFile'],
  ])('that is refused (%s) says what to do', async (_, name, more, hint) => {
    const put = bucket(name, more).put({ size: 1, note: 'a note', at: new Date() }, [])
    const failure = await put.then(
      () => undefined,
      (thrown: unknown) => toFailure(thrown),
    )

    expect(failure).toMatchObject({ code: 'trail.not_stored' })
    expect(failure?.hint).toContain(hint)
  })
})
