import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '../../apps/server/test/harness/pretend-caller.ts'
import { hostileValues, type Schema } from './schema-values.ts'
import { everyRole, type TwoCustomers, twoCustomers, type Whose } from './two-customers.ts'

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
const takesWholeGrant =
  /^\/api\/v1\/(access|contacts|master-key|people|releases$|trail\/(?!entries$|entries\/\{entry\}$))/
/** One's own, or of no customer. */
const ofNobody = /^\/api\/v1\/(releases|sessions|sign-in|sign-out|stacks|tokens|whoami)/

let two: TwoCustomers
let admin: Caller
let limited: Caller
beforeAll(async () => {
  two = await twoCustomers()
  admin = two.admin
  limited = two.limited.ask
}, 120_000)
afterAll(() => two?.stop())

const routes = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/api/v1/'))
  .flatMap(([path, verbs]) => Object.entries(verbs).map(([verb, said]) => ({ method: verb.toUpperCase(), path, said })))
const ofRows = routes.filter(({ path }) => !takesWholeGrant.test(path) && !ofNobody.test(path))
const about = ofRows.filter(({ path }) => path.includes('{'))

const filled = (path: string, whose: Whose): string =>
  path.replace('/api/v1', '').replace(/\{(\w+)\}/g, (_all, name: string) => {
    const named = path.includes('/secrets/') ? 'oidc-client-secret' : 'NAME'
    const known = two.ids[name]?.[whose] ?? (name === 'name' ? named : undefined)
    if (known === undefined) throw new Error(`{${name}} in ${path}: say here what of a customer it names.`)
    return encodeURIComponent(known)
  })

const needed = (path: string): string => (path.endsWith('/logs') ? '?service=web' : '')

const bodiesOf = ({ requestBody }: Described): (object | undefined)[] => {
  if (!requestBody) return [undefined]
  const values = hostileValues(requestBody.content['application/json'].schema, resolve)
  const found = fc.sample(values, { numRuns: 4, seed: 7 }) as object[]
  return found.map((each) => ('ownerId' in each ? { ...each, ownerId: two.limited.id } : each))
}

describe('a grant limited to one customer', () => {
  test('is told by whoami', async () => {
    const { body } = await limited('GET', '/whoami')

    expect(body).toMatchObject({ id: two.limited.id, limits: { 'orders.read': [{ customers: ['ours GmbH'] }] } })
  })

  test.each(about)('finds nothing of another at $method $path', async ({ method, path, said }) => {
    const answers: string[] = []
    for (const body of bodiesOf(said)) {
      const { status, body: answer } = await limited(method as 'GET', `${filled(path, 'theirs')}${needed(path)}`, body)
      // Some lists of a thing that is not there are empty; what would be new outside is refused, there already or not.
      const refused = method === 'PUT' && status === 403 && answer['code'] === 'access.outside_scope'
      const nothing = status === 404 || refused || isDeepStrictEqual(answer, { items: [] })
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
    const foreign = Object.values(two.ids).map(({ theirs }) => theirs)

    expect(foreign.filter((each) => seen.includes(each))).toEqual([])
    if (/\/(orders|hosts|instances|runs|identity\/tenants|approvals|notices|secrets|trail\/entries)$/.test(path)) {
      expect(foreign.some((each) => all.includes(each))).toBe(true)
      expect(Object.values(two.ids).some(({ ours }) => seen.includes(ours))).toBe(true)
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
      const open = ['/access/bootstrap', '/people', '/trail/key', '/master-key'].some((each) => url.startsWith(each))

      if (open && answer.status === 200) expect(url).toBe('/trail/key')
      else if (!(method === 'GET' && url.startsWith('/releases'))) expect(answer.status).toBe(403)
    },
  )

  test('hears the events of its own orders only', async () => {
    const gone = new AbortController()
    const stream = await fetch(`${two.app.address}/api/v1/events`, {
      headers: { authorization: `Bearer ${two.limited.token}` },
      signal: gone.signal,
    })
    const heard: string[] = []
    const reading = (async () => {
      const reader = stream.body?.getReader()
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
        heard.push(Buffer.from(piece.value).toString())
    })().catch(() => {})
    for (const name of ['theirs', 'ours'] as const)
      await admin('POST', `/orders/${two.of('number', name)}/note`, { text: 'a word' })

    await expect.poll(() => heard.join(''), { timeout: 20_000 }).toContain(two.of('subject', 'ours'))
    gone.abort()
    await reading
    expect(heard.join('')).not.toContain(two.of('subject', 'theirs'))
  })

  test('takes no order of another customer in', async () => {
    const theirs = await limited('POST', '/orders', two.app.order('strange'))
    const own = await limited('POST', '/orders/drafts', { organization: { legalName: 'ours GmbH' } })

    expect([theirs.status, theirs.body['code']]).toEqual([403, 'access.outside_scope'])
    expect(own.status).toBe(201)
    expect((await two.app.db.rows(`select 1 from orders where organization = 'strange GmbH'`)).length).toBe(0)
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
    const { ask } = await two.personWith(everyRole(scope))

    expect((await ask('GET', `/orders/${two.of('number', 'theirs')}`)).status).toBe(status)
    expect((await ask('GET', `/hosts/${two.of('hostId', 'theirs')}`)).status).toBe(status)
    expect((await ask('GET', `/instances/${two.of('instanceId', 'theirs')}`)).status).toBe(status)
  })

  test('is worth nothing beside a role without limits that grants the same', async () => {
    const { ask } = await two.personWith({ provisioning: { regions: ['elsewhere-1'] } })

    expect((await ask('GET', `/orders/${two.of('number', 'theirs')}`)).status).toBe(200)
    expect(
      (await ask('POST', `/orders/${two.of('number', 'theirs')}/pause`, { cause: 'we wait', waitingFor: 'us' })).status,
    ).toBe(404)
  })

  test('holds at once for a token that is there, and stays when only the roles are said again', async () => {
    const { id, ask } = await two.personWith({})
    const before = await ask('GET', `/orders/${two.of('number', 'theirs')}`)
    await admin('PUT', `/people/${id}/roles`, { roles: ['viewer'], limits: { viewer: { plans: ['huge'] } } })
    const limitedNow = await ask('GET', `/orders/${two.of('number', 'theirs')}`)
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
  'person',
  'person_login',
  'promise',
  'release',
  'session',
  'webhook_receipt',
]

test('every table has a policy of scopes or is named as one without a customer', async () => {
  const rows = await two.app.db.rows<{ name: string; held: boolean }>(
    `select c.relname as name, c.relforcerowsecurity and exists
       (select from pg_policies p where p.schemaname = 'nexus' and p.tablename = c.relname and p.policyname = 'scope') as held
     from pg_class c where c.relnamespace = 'nexus'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  )

  expect(rows.filter((each) => !each.held).map((each) => each.name)).toEqual(ofNoCustomer)
  expect(rows.filter((each) => each.held).length).toBeGreaterThan(20)
})
