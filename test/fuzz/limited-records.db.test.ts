import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemActor } from '../../apps/server/src/platform/actor.ts'
import { recordAudit } from '../../apps/server/src/platform/audit.ts'
import type { Caller } from '../../apps/server/test/harness/pretend-caller.ts'
import { everyRole, type TwoCustomers, twoCustomers, type Whose } from './two-customers.ts'

type Entry = { readonly id: string; readonly index?: number; readonly subject: string; readonly action: string }

let two: TwoCustomers
let admin: Caller
let limited: Caller
beforeAll(async () => {
  two = await twoCustomers()
  admin = two.admin
  limited = two.limited.ask
}, 120_000)
afterAll(() => two?.stop())

const everyEntry = async (ask: Caller, filter = ''): Promise<Entry[]> => {
  const found: Entry[] = []
  for (let after = ''; ; ) {
    const { body } = await ask('GET', `/trail/entries?limit=20${filter}${after && `&after=${after}`}`)
    const { items, next } = body as { items: Entry[]; next?: string }
    found.push(...items)
    if (next === undefined) return found
    after = next
  }
}

const wipe = (whose: Whose) => ({
  path: `/hosts/${two.of('hostId', whose)}/exec`,
  body: { command: 'id', reason: 'a look' },
})

/** Asks for the second person that a command on the host of a customer takes; answers the approval. */
async function asked(ask: Caller, whose: Whose, command: string): Promise<string> {
  const { path, body } = wipe(whose)
  const answer = await ask('POST', path, { ...body, command })
  expect([answer.status, answer.body['code']]).toEqual([409, 'approvals.needed'])
  return /apr_\w+/.exec(JSON.stringify(answer.body))?.[0] ?? ''
}
const approve = (ask: Caller, id: string) => ask('POST', `/approvals/${id}/approve`, { why: 'looked at it' })
const stateOf = async (id: string) => (await admin('GET', `/approvals/${id}`)).body['state']

describe('an approver with limits', () => {
  test('approves and refuses what another asked for within, and nothing beyond', async () => {
    const [own, other] = [await asked(admin, 'ours', 'id 1'), await asked(admin, 'ours', 'id 2')]
    const foreign = await asked(admin, 'theirs', 'id 1')
    const answers = [
      await approve(limited, own),
      await limited('POST', `/approvals/${other}/refuse`, { why: 'no' }),
      await approve(limited, foreign),
      await limited('POST', `/approvals/${foreign}/refuse`, { why: 'no' }),
      await limited('GET', `/approvals/${foreign}`),
    ]

    expect(answers.map((each) => each.status)).toEqual([200, 200, 404, 404, 404])
    expect([await stateOf(own), await stateOf(other), await stateOf(foreign)]).toEqual(['approved', 'refused', 'open'])
  })

  test('does not approve what they asked for themselves, which a colleague within the same limits may', async () => {
    const id = await asked(limited, 'ours', 'id 3')
    const colleague = await two.personWith(everyRole({ customers: ['ours GmbH'] }))
    const alone = await approve(limited, id)

    expect([alone.status, alone.body['code']]).toEqual([403, 'approvals.own'])
    expect((await approve(colleague.ask, id)).status).toBe(200)
  })

  test('needs the act itself within the limits, not only deciding', async () => {
    const id = await asked(admin, 'theirs', 'id 4')
    const { ask } = await two.personWith({ platform: { customers: ['ours GmbH'] } }, ['platform', 'support'])
    const seen = await ask('GET', `/approvals/${id}`)
    const answer = await approve(ask, id)

    expect(seen.status).toBe(200)
    expect([answer.status, answer.body['code']]).toEqual([403, 'access.outside_scope'])
    expect(await stateOf(id)).toBe('open')
  })

  test('sees nothing of what is about no order and no host', async () => {
    const refused = await admin('POST', '/contacts/erase', { email: 'gone@customer.example', reason: 'they asked' })
    const list = async (ask: Caller) => JSON.stringify((await ask('GET', '/approvals?limit=200')).body)

    expect(refused.body['code']).toBe('approvals.needed')
    expect(await list(admin)).toContain('contact.erase')
    expect(await list(limited)).not.toContain('contact.erase')
  })
})

describe('notices and secrets', () => {
  test('of a customer within are sent again, those beyond are not there', async () => {
    const resend = (whose: Whose) =>
      limited('POST', `/notices/${two.of('noticeId', whose)}/resend`, { reason: 'it did not arrive' })
    const [own, foreign] = [await resend('ours'), await resend('theirs')]

    expect([own.status, own.body['state'], foreign.status]).toEqual([200, 'sent', 404])
  })

  test('within are rotated and rolled out; the ones beyond and those of Nexus are not there', async () => {
    const { ask: unlimited } = await two.personWith({}, ['platform'])
    const rotate = (tenant: string, name: string) => limited('POST', `/secrets/${tenant}/${name}/rotate`, {})
    const tenant = { ours: two.of('tenant', 'ours'), theirs: two.of('tenant', 'theirs') }
    const seen = JSON.stringify((await limited('GET', '/secrets?limit=200')).body)
    const all = JSON.stringify((await unlimited('GET', '/secrets?limit=200')).body)
    const own = await rotate(tenant.ours, 'oidc-client-secret')
    const others = [
      await rotate(tenant.theirs, 'oidc-client-secret'),
      await rotate('nexus', 'control-key'),
      await limited('POST', `/secrets/${tenant.theirs}/oidc-client-secret/apply`),
    ]
    const applied = await limited('POST', `/secrets/${tenant.ours}/oidc-client-secret/apply`)

    expect([own.status, own.body['version']]).toEqual([200, 2])
    expect(others.map((each) => each.status)).toEqual([404, 404, 404])
    expect([seen.includes(tenant.ours), seen.includes(tenant.theirs), seen.includes('"nexus"')]).toEqual([
      true,
      false,
      false,
    ])
    expect([all.includes(tenant.theirs), all.includes('"nexus"')]).toEqual([true, true])
    expect(applied.status).toBe(202)
    const run = String(applied.body['runId'])
    expect((await limited('GET', `/runs/${encodeURIComponent(run)}`)).status).toBe(200)
    await two.app.untilEnded(run)
  })

  test('beyond are not written, whether they are there or not', async () => {
    const put = (tenant: string, name: string) => limited('PUT', `/secrets/${tenant}/${name}`, { value: 'mine now' })
    const theirs = two.of('tenant', 'theirs')
    const before = await two.app.db.rows('select * from secret where tenant <> $1', [two.of('tenant', 'ours')])
    const answers = [
      await put(theirs, 'oidc-client-secret'),
      await put(theirs, 'NEW'),
      await put('nobody-prod', 'NEW'),
      await put('nexus', 'control-key'),
      await put(two.of('tenant', 'ours'), `${two.of('instanceId', 'theirs')}.NEW`),
    ]

    expect(answers.map((each) => each.body['code'])).toEqual(answers.map(() => 'access.outside_scope'))
    expect((await put(two.of('tenant', 'ours'), 'NEW')).status).toBe(200)
    expect(await two.app.db.rows('select * from secret where tenant <> $1', [two.of('tenant', 'ours')])).toEqual(before)
  })
})

describe('the trail within limits', () => {
  // So that entries have their places; the keeper gives them only every few seconds.
  beforeEach(async () => void (await admin('POST', '/trail/checkpoint')))

  test('is every page of what is about the customer, and tells of nobody else, nor how long the log is', async () => {
    const [seen, all] = [await everyEntry(limited), await everyEntry(admin)]
    const foreign = Object.values(two.ids).map(({ theirs }) => theirs)
    const about = await two.app.db.rows<{ id: string }>(
      'select id from audit_entry where about = $1 order by id desc',
      [two.of('subject', 'ours')],
    )

    expect(foreign.filter((each) => JSON.stringify(all).includes(each)).length).toBeGreaterThan(5)
    expect(foreign.filter((each) => JSON.stringify(seen).includes(each))).toEqual([])
    expect(seen.map((each) => each.id)).toEqual(about.map((each) => each.id))
    expect(seen.length).toBeGreaterThan(50)
    expect(seen.filter((each) => each.index !== undefined)).toEqual([])
    expect(all.some((each) => each.index !== undefined)).toBe(true)
  })

  test('is not asked out by filters, by a place in the log, nor by a cursor of somebody else', async () => {
    const [theirs] = await everyEntry(admin, `&subject=${two.of('subject', 'theirs')}`)
    const entries = [
      ...(await everyEntry(limited, `&subject=${two.of('subject', 'theirs')}`)),
      ...(await everyEntry(limited, '&subject=trail')),
      ...(await everyEntry(limited, '&action=person')),
    ]
    const byPlace = await Promise.all([0, 1, theirs?.index].map((each) => limited('GET', `/trail/entries/${each}`)))
    const { body } = await limited('GET', `/trail/entries?limit=1&after=${theirs?.id}`)

    expect(theirs?.index).toBeTypeOf('number')
    expect(entries).toEqual([])
    expect(byPlace.map((each) => each.status)).toEqual([404, 404, 404])
    expect((body['items'] as Entry[]).every((each) => !each.subject.includes('theirs'))).toBe(true)
  })

  test('has everything that a delivery did, but for what came before the tenant was its own', async () => {
    const lost = await two.app.db.rows<{ what: string }>(
      `select distinct action || ' ' || subject as what from audit_entry where about is null
          and (subject ~ '^(ord|ins|hst|bak|not)_' or subject ~ 'ours|theirs' or starts_with(action, 'run.')) order by 1`,
    )

    expect(lost.map((each) => each.what)).toEqual([
      'secret.put secret:ours-prod/oidc-client-secret',
      'secret.put secret:theirs-prod/oidc-client-secret',
    ])
  })

  test('does not hand what was done to a spare host on to its next customer', async () => {
    const { db } = two.app
    await db.rows(`insert into host (id, name, state, state_since, provider, region, plan, created_at)
      values ('hst_spare', 'spare', 'ready', now(), 'pretend', 'lab-1', 'lab', now())`)
    const told = (action: string) =>
      db.inTransaction((tx) => recordAudit(tx, systemActor('test'), { action, subject: 'hst_spare', at: new Date() }))
    await told('host.mended')
    await db.rows(`update host set order_id = $1, state = 'retired' where id = 'hst_spare'`, [
      two.of('subject', 'ours'),
    ])
    await told('host.patched')
    const region = await two.personWith(everyRole({ regions: ['lab-1'] }))
    const elsewhere = await two.personWith(everyRole({ regions: ['elsewhere-1'] }))
    const actions = async (ask: Caller) => (await everyEntry(ask, '&subject=hst_spare')).map((each) => each.action)

    expect(await actions(limited)).toEqual(['host.patched'])
    expect(await actions(region.ask)).toEqual(['host.patched', 'host.mended'])
    expect(await actions(elsewhere.ask)).toEqual([])
  })

  test('finds by index what few things did, and whatever many did', async () => {
    const before = await everyEntry(limited)
    await two.app.db.rows(`insert into orders (id, ticket, environment, state, state_since, fields, organization, created_at)
      select 'ord_many' || n, 'NX-M' || n, 'prod', 'Draft', now(), '{}', 'ours GmbH', now() from generate_series(1, 150) n`)
    const after = await everyEntry(limited)
    await two.app.db.rows(`delete from orders where id like 'ord_many%'`)

    expect(after).toEqual(before)
  })

  test('has of before what its subject itself tells of', async () => {
    const [entry] = await everyEntry(limited, `&action=order&subject=${two.of('subject', 'ours')}`)
    const foreign = two.of('entry', 'theirs')
    await two.app.db.rows('update audit_entry set about = null where id = any($1)', [[entry?.id, foreign]])
    const seen = await everyEntry(limited, '&action=order')
    const answer = await limited('GET', `/trail/entries/${entry?.id}`)

    expect(seen.map((each) => each.id)).toContain(entry?.id)
    expect(answer.status).toBe(200)
    expect((await limited('GET', `/trail/entries/${foreign}`)).status).toBe(404)
  })

  test('hides the whole log from a question that forgot to be refused', async () => {
    const tables = ['trail_leaf', 'trail_node', 'trail_batch', 'trail_key', 'trail_checkpoint', 'trail_sent']
    const { rows } = await two.app.db.pool.query<{ sql: string }>(
      `select string_agg('select ''' || t || ''' as name from nexus.' || t, ' union ') as sql from unnest($1::text[]) t`,
      [tables],
    )
    const client = await two.app.db.pool.connect()
    try {
      const all = await client.query<{ name: string }>(String(rows[0]?.sql))
      await client.query('begin')
      await client.query(`select set_config('nexus.scope', '[{"customers": ["ours GmbH"]}]', true)`)
      const seen = await client.query(String(rows[0]?.sql))
      await client.query('rollback')

      expect(all.rows.map((each) => each.name)).toContain('trail_leaf')
      expect(seen.rows).toEqual([])
    } finally {
      client.release()
    }
  })
})
