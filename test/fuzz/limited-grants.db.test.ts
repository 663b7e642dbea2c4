import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { type Caller, caller, firstAdminToken } from '../../apps/server/test/harness/pretend-caller.ts'
import { hostileValues, type Schema } from './schema-values.ts'

type Described = {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}
const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/reference/openapi.json'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
const resolve = (ref: string): Schema => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {}

/** Takes a grant without limits: nothing of what it answers or does is one customer's. */
const takesWholeGrant = /^\/api\/v1\/(access|approvals|contacts|master-key|notices|people|secrets|trail|releases$)/
/** One's own, or of no customer. */
const ofNobody = /^\/api\/v1\/(releases|sessions|sign-in|sign-out|stacks|tokens|whoami)/

let app: PretendApp
let admin: Caller
let limited: Caller
let limitedToken = ''
let me = ''
const tickets = { ours: '', theirs: '' }
const ids: Record<string, Record<keyof typeof tickets, string>> = {}

const personWith = async (limits: object): Promise<{ id: string; token: string }> => {
  const email = `p${Math.random().toString(36).slice(2)}@example.test`
  const roles = ['provisioning', 'platform', 'support', 'iam', 'auditor']
  const made = await admin('POST', '/people', { name: 'Lim', email, roles, limits })
  const personId = String(made.body['id'])
  const token = await admin('POST', '/tokens', { name: 'limited', personId })
  return { id: personId, token: String(token.body['token']) }
}
const everyRole = (scope: object) => ({
  provisioning: scope,
  platform: scope,
  support: scope,
  iam: scope,
  auditor: scope,
})

beforeAll(async () => {
  app = await pretendApp()
  admin = caller(app, await firstAdminToken(app))
  for (const name of ['ours', 'theirs'] as const) {
    const { ticket } = await app.post('order_paid', app.order(name))
    await app.until(ticket, ['Live'])
    tickets[name] = ticket
    const order = await app.find(ticket)
    const [instance] = (await app.services.instances.list(app.me, { orderId: order.id })).items
    const task = await app.db.row<{ id: string }>(
      `insert into order_task (id, order_id, kind, title, created_at) values ('tsk_' || $1, $2, 'not_given_back', 't', now()) returning id`,
      [name, order.id],
    )
    await app.db.rows(
      `insert into host_transcript (id, host_id, kind, asked_by, asked_by_name, reason, command_sealed, started_at, ends_by)
       values ($1, $2, 'exec', 'per_1', 'Ann', 'to see', 'sealed', now(), now())`,
      [`htr_${name}`, order.hostId],
    )
    await app.db.rows(
      `insert into host_deviation (id, host_id, item, reason, until, accepted_by, accepted_by_name, accepted_at)
       values ($1, $2, 'ssh', 'to see', now() + interval '1 day', 'per_1', 'Ann', now())`,
      [`hdv_${name}`, order.hostId],
    )
    const known = {
      number: ticket,
      hostId: order.hostId ?? '',
      instanceId: instance?.id ?? '',
      id: instance?.id ?? '',
      runId: `deliver-order:${ticket}:1`,
      tenant: instance?.tenant ?? '',
      transcriptId: `htr_${name}`,
      deviationId: `hdv_${name}`,
      taskId: task?.id ?? '',
      subject: order.id,
    }
    for (const [key, value] of Object.entries(known))
      ids[key] = { ...(ids[key] ?? { ours: '', theirs: '' }), [name]: value }
  }
  const person = await personWith(everyRole({ customers: ['ours GmbH'] }))
  me = person.id
  limitedToken = person.token
  limited = caller(app, limitedToken)
}, 120_000)
afterAll(() => app?.stop())

const routes = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/api/v1/'))
  .flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, said]) => ({ method: verb.toUpperCase(), path, said })))
const ofRows = routes.filter(({ path }) => !takesWholeGrant.test(path) && !ofNobody.test(path))
const about = ofRows.filter(({ path }) => path.includes('{'))

const filled = (path: string, whose: keyof typeof tickets): string =>
  path.replace('/api/v1', '').replace(/\{(\w+)\}/g, (_all, name: string) => {
    const known = ids[name]?.[whose] ?? (name === 'name' ? 'NAME' : undefined)
    if (known === undefined) throw new Error(`{${name}} in ${path}: say here what of a customer it names.`)
    return encodeURIComponent(known)
  })

const needed = (path: string): string => (path.endsWith('/logs') ? '?service=web' : '')

const bodiesOf = ({ requestBody }: Described): (object | undefined)[] => {
  if (!requestBody) return [undefined]
  const values = hostileValues(requestBody.content['application/json'].schema, resolve)
  const found = fc.sample(values, { numRuns: 4, seed: 7 }) as object[]
  return found.map((each) => ('ownerId' in each ? { ...each, ownerId: me } : each))
}

describe('a grant limited to one customer', () => {
  test('is told by whoami', async () => {
    const { body } = await limited('GET', '/whoami')

    expect(body).toMatchObject({ id: me, limits: { 'orders.read': [{ customers: ['ours GmbH'] }] } })
  })

  test.each(about)('finds nothing of another at $method $path', async ({ method, path, said }) => {
    const answers: string[] = []
    for (const body of bodiesOf(said)) {
      const { status, body: answer } = await limited(method as 'GET', `${filled(path, 'theirs')}${needed(path)}`, body)
      // Some lists of a thing that is not there are empty.
      const nothing = status === 404 || isDeepStrictEqual(answer, { items: [] })
      answers.push(nothing ? 'nothing' : `${status} ${String(answer['code'])}`)
    }

    expect(answers.filter((each) => each !== 'nothing' && !each.startsWith('400 '))).toEqual([])
    expect(answers).toContain('nothing')
  })

  test.each(
    about.filter(({ method, path }) => method === 'GET' && !/events|env\/|tasks\/|logs$|transcripts/.test(path)),
  )('finds its own at $path', async ({ path }) => {
    const own = await limited('GET', `${filled(path, 'ours')}${needed(path)}`)
    const theirs = await admin('GET', `${filled(path, 'theirs')}${needed(path)}`)

    expect([own.status, theirs.status].map((each) => (each === 404 ? 404 : 0))).toEqual([0, 0])
  })

  const lists = ofRows.filter(({ method, path, said }) => {
    const asks = said.parameters?.some((each) => each.required) ?? false
    return method === 'GET' && !path.includes('{') && !path.endsWith('/events') && !asks
  })
  test.each(lists)('lists nothing of another at $path', async ({ path }) => {
    const url = path.replace('/api/v1', '')
    const seen = JSON.stringify((await limited('GET', url)).body)
    const all = JSON.stringify((await admin('GET', url)).body)
    const foreign = Object.values(ids).map(({ theirs }) => theirs)

    expect(foreign.filter((each) => seen.includes(each))).toEqual([])
    if (/\/(orders|hosts|instances|runs|identity\/tenants)$/.test(path)) {
      expect(foreign.some((each) => all.includes(each))).toBe(true)
      expect(Object.values(ids).some(({ ours }) => seen.includes(ours))).toBe(true)
    }
  })

  test('counts its own orders only', async () => {
    const count = async (ask: Caller) => JSON.stringify((await ask('GET', '/orders/report')).body)

    expect(await count(limited)).not.toBe(await count(admin))
  })

  test.each(routes.filter(({ path }) => takesWholeGrant.test(path)))(
    'is not enough for $method $path',
    async (route) => {
      const { method, path, said } = route
      const url = path.replace('/api/v1', '').replace(/\{\w+\}/g, 'none')
      const [body] = bodiesOf(said)
      const answer = await limited(method as 'GET', url, body)
      const open = ['/access/bootstrap', '/people', '/secrets', '/trail/key', '/master-key'].some((each) =>
        url.startsWith(each),
      )

      if (open && answer.status === 200) expect(url).toBe('/trail/key')
      else if (!(method === 'GET' && url.startsWith('/releases'))) expect(answer.status).toBe(403)
    },
  )

  test('hears the events of its own orders only', async () => {
    const gone = new AbortController()
    const stream = await fetch(`${app.address}/api/v1/events`, {
      headers: { authorization: `Bearer ${limitedToken}` },
      signal: gone.signal,
    })
    const heard: string[] = []
    const reading = (async () => {
      const reader = stream.body?.getReader()
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
        heard.push(Buffer.from(piece.value).toString())
    })().catch(() => {})
    for (const name of ['theirs', 'ours'] as const)
      await admin('POST', `/orders/${tickets[name]}/note`, { text: 'a word' })

    await expect.poll(() => heard.join(''), { timeout: 20_000 }).toContain(ids['subject']?.['ours'])
    gone.abort()
    await reading
    expect(heard.join('')).not.toContain(ids['subject']?.['theirs'])
  })

  test('takes no order of another customer in', async () => {
    const theirs = await limited('POST', '/orders', app.order('strange'))
    const own = await limited('POST', '/orders/drafts', { organization: { legalName: 'ours GmbH' } })

    expect([theirs.status, theirs.body['code']]).toEqual([403, 'access.outside_scope'])
    expect(own.status).toBe(201)
    expect((await app.db.rows(`select 1 from orders where organization = 'strange GmbH'`)).length).toBe(0)
  })
})

describe('a grant limited to a region or a plan', () => {
  test.each([
    [{ regions: ['lab-1'] }, 200],
    [{ regions: ['elsewhere-1'] }, 404],
    [{ plans: ['lab'] }, 200],
    [{ plans: ['huge'] }, 404],
    [{ plans: ['lab'], regions: ['elsewhere-1', 'lab-1'], customers: ['theirs GmbH'] }, 200],
    [{ plans: ['lab'], regions: ['lab-1'], customers: ['ours GmbH'] }, 404],
  ])('%j sees the order: %i', async (scope, status) => {
    const ask = caller(app, (await personWith(everyRole(scope))).token)

    expect((await ask('GET', `/orders/${tickets.theirs}`)).status).toBe(status)
    expect((await ask('GET', `/hosts/${ids['hostId']?.['theirs']}`)).status).toBe(status)
    expect((await ask('GET', `/instances/${ids['instanceId']?.['theirs']}`)).status).toBe(status)
  })

  test('is worth nothing beside a role without limits that grants the same', async () => {
    const { token } = await personWith({ provisioning: { regions: ['elsewhere-1'] } })
    const ask = caller(app, token)

    expect((await ask('GET', `/orders/${tickets.theirs}`)).status).toBe(200)
    expect((await ask('POST', `/orders/${tickets.theirs}/pause`, { cause: 'we wait', waitingFor: 'us' })).status).toBe(
      404,
    )
  })

  test('holds at once for a token that is there, and stays when only the roles are said again', async () => {
    const { id, token } = await personWith({})
    const ask = caller(app, token)
    const before = await ask('GET', `/orders/${tickets.theirs}`)
    await admin('PUT', `/people/${id}/roles`, { roles: ['viewer'], limits: { viewer: { plans: ['huge'] } } })
    const limitedNow = await ask('GET', `/orders/${tickets.theirs}`)
    await admin('PUT', `/people/${id}/roles`, { roles: ['viewer', 'support'] })
    const after = await admin('GET', '/access/review?limit=200')
    const found = (after.body['items'] as { id: string; limits: object }[]).find((each) => each.id === id)

    expect([before.status, limitedNow.status]).toEqual([200, 404])
    expect(found?.limits).toEqual({ viewer: { plans: ['huge'] } })
  })

  test.each([
    [['admin'], { admin: { regions: ['lab-1'] } }, 'access.admin_unlimited'],
    [['viewer'], { support: { regions: ['lab-1'] } }, 'access.limit_without_role'],
    [['viewer'], { viewer: {} }, 'request.invalid'],
  ])('of %j as %j is refused', async (roles, limits, code) => {
    const answer = await admin('POST', '/people', { name: 'No', email: 'no@example.test', roles, limits })

    expect(answer.body['code']).toBe(code)
  })
})

/** Tables that a limited grant may see whole, because no order, host or instance is in them, or no route lists them. */
const ofNoCustomer = [
  'acme_account',
  'api_token',
  'approval',
  'audit_entry',
  'bootstrap_token',
  'check_evidence',
  'domain',
  'edge_host',
  'edge_site',
  'embedded_account',
  'embedded_attempt',
  'embedded_client',
  'embedded_group',
  'embedded_invite',
  'embedded_key',
  'embedded_organization',
  'embedded_record',
  'epoch',
  'executor',
  'idempotency_key',
  'master_key',
  'migration',
  'notice',
  'person',
  'person_login',
  'promise',
  'release',
  'secret',
  'session',
  'trail_batch',
  'trail_checkpoint',
  'trail_key',
  'trail_leaf',
  'trail_node',
  'trail_sent',
  'webhook_receipt',
]

test('every table has a policy of scopes or is named as one without a customer', async () => {
  const rows = await app.db.rows<{ name: string; held: boolean }>(
    `select c.relname as name, c.relforcerowsecurity and exists
       (select from pg_policies p where p.schemaname = 'nexus' and p.tablename = c.relname and p.policyname = 'scope') as held
     from pg_class c where c.relnamespace = 'nexus'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  )

  expect(rows.filter((each) => !each.held).map((each) => each.name)).toEqual(ofNoCustomer)
  expect(rows.filter((each) => each.held).length).toBeGreaterThan(20)
})
