import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../../test/harness/pretend-app.ts'
import { type Actor, grants } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'

const email = 'tom.tech@eraser.test'
let app: PretendApp
let ann: Actor
let ben: Actor
beforeAll(async () => {
  app = await pretendApp()
  const actor = async (name: string): Promise<Actor> => {
    const given = { name, email: `${name}@nexus.test`, roles: ['platform' as const] }
    return { id: (await app.services.access.createPerson(app.me, given)).id, name, permissions: grants.platform }
  }
  ann = await actor('ann')
  ben = await actor('ben')
})
afterAll(() => app?.stop())

/** Rows of every schema that hold the text. */
async function found(text: string): Promise<string[]> {
  const tables = await app.db.rows<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('nexus', 'dbos') and table_type = 'BASE TABLE'`,
  )
  const hits: string[] = []
  for (const { name } of tables) {
    const row = await app.db.row<{ n: number }>(
      `select count(*)::int as n from ${name} t where strpos(lower(t::text), lower($1)) > 0`,
      [text],
    )
    if (row && row.n > 0) hits.push(name)
  }
  return hits
}

describe('erasing a contact', () => {
  test('waits for orders that need it, and for a second person', async () => {
    const contact = { name: 'Tom Tennant-Tech', email, phone: '+49 30 7654321' }
    const draft = app.order('Eraser', { technicalContact: contact })
    const { ticket } = await app.post('order_paid', draft)
    const early = app.services.contacts.erase(ann, { email, reason: 'asked' })
    await expect(early).rejects.toMatchObject({ code: 'contact.still_needed' })
    expect((await app.until(ticket, ['Live', 'Blocked'])).state).toBe('Live')

    const refused = await app.services.contacts.erase(ann, { email, reason: 'asked' }).catch((thrown: Error) => thrown)
    expect(refused).toMatchObject({ code: 'approvals.needed' })
    expect(String(refused)).not.toContain(email)
  })

  test('takes them out of orders, runs, the rows of the engine, evidence and mails; nobody else', async () => {
    await app.db.rows(
      `insert into notice (id, key, kind, recipient, subject, message_id, state, "values", text, html, attempts, created_at, updated_at)
      values ('ntc_planted', 'planted', 'launch', $1, 'Hello', '<planted@x>', 'sent', '{}', 'Dear Tom Tennant-Tech, joan.${email}', '<p>tom.tech%40eraser.test</p>', 1, now(), now())`,
      [email],
    )
    await app.db.rows(
      `update dbos.operation_outputs set output = $1
       where ctid = (select ctid from dbos.operation_outputs where output is not null limit 1)`,
      [JSON.stringify({ json: { contact: { name: 'Tom Tennant-Tech', email: email.toUpperCase() } } })],
    )
    await app.db.inTransaction((tx) =>
      recordAudit(tx, app.me, {
        action: 'test.done',
        subject: 'tst_erased',
        after: { contact: { name: 'Tom Tennant-Tech', email } },
        reason: `${email} asked`,
        at: new Date(),
      }),
    )
    await app.services.trail.checkpoint(app.me)
    const before = await found(email)
    expect(before).toEqual(expect.arrayContaining(['nexus.orders', 'nexus.notice', 'nexus.audit_entry']))
    expect(before.some((each) => each.startsWith('dbos.'))).toBe(true)
    expect(await found('Tennant-Tech')).not.toEqual([])

    const dry = await app.services.contacts.find(ann, email)
    const [approval] = await app.services.approvals.list(ben, { limit: 1, state: 'open' })
    await app.services.approvals.approve(ben, approval?.id ?? '', 'saw the request')
    const done = await app.services.contacts.erase(ann, { email, reason: 'asked' })

    expect(done.rows).toBe(dry.rows)
    expect(await found('tom.tech%40eraser.test')).toEqual([])
    expect(await found('Tennant-Tech')).toEqual([])
    expect(await found('7654321')).toEqual([])
    const [mail] = await app.db.rows<{ text: string; recipient: string }>(
      `select text, recipient from notice where id = 'ntc_planted'`,
    )
    expect(mail?.text).toBe(`Dear erased, joan.${email}`)
    expect(mail?.recipient).toMatch(/^contact-[0-9a-f]{16}@erased\.invalid$/)
    await app.db.rows(`delete from notice where id = 'ntc_planted'`)
    expect(await found(email)).toEqual([])
    expect(await found('admin@acme.test')).toContain('nexus.orders')
  })

  test('leaves the entries of the trail, which verify as before: what stood beside them is gone, and an entry names them', async () => {
    const [row] = await app.db.rows<{ after: unknown; reason: unknown; salt: unknown; id: string }>(
      `select id, after, reason, salt from audit_entry where subject = 'tst_erased'`,
    )
    const [erased] = await app.db.rows<{ after: { entries: string[] } }>(
      `select after from audit_entry where action = 'trail.erased'`,
    )
    await app.services.trail.checkpoint(app.me)
    const verified = await app.services.trail.verify(app.me)

    expect(row).toMatchObject({ after: null, reason: null, salt: null })
    expect(erased?.after.entries).toContain(row?.id)
    expect(verified.findings).toEqual([])
  })

  test('is refused by the database where no entry names what is erased', async () => {
    const ids = await app.db.rows<{ id: string }>('select id from audit_entry where salt is not null limit 1')
    const silent = app.db.rows('select erase_beside($1)', [ids.map((each) => each.id)])

    await expect(silent).rejects.toThrow('without an entry that says so')
  })

  test('stands in the trail by a hash, and leaves nothing to do', async () => {
    const trail = JSON.stringify(
      await app.db.rows(
        `select * from audit_entry where action in ('contact.erased', 'approval.used', 'approval.asked')`,
      ),
    )

    expect(trail).toContain('contact.erased')
    expect(trail).not.toContain('tom.tech')
    expect((await app.services.contacts.find(ann, email)).rows).toBe(0)
  })

  test('is not for people of Nexus, nor by who may only look', async () => {
    await expect(app.services.contacts.erase(ann, { email: 'BEN@nexus.test', reason: 'x' })).rejects.toMatchObject({
      code: 'contact.is_person',
    })
    const viewer: Actor = { ...ann, permissions: grants.viewer }
    await expect(app.services.contacts.find(viewer, email)).rejects.toMatchObject({ code: 'access.forbidden' })
  })
})
