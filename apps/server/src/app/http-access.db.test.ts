import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/harness/database.ts'
import { memoryKeys } from '../../test/harness/trail-bench.ts'
import { accessRoutes, accessService, signInRoutes, signIn as signInService } from '../modules/access/index.ts'
import { checkRoutes, checkService } from '../modules/checks/index.ts'
import { masterKeyService, secretRoutes, secretService } from '../modules/secrets/index.ts'
import { trailRoutes, trailService } from '../modules/trail/index.ts'
import { grants, roles, systemActor } from '../platform/actor.ts'
import { now } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { secretBox } from '../platform/secret-box.ts'
import { createHttp } from './http.ts'
import { permissionsOf } from './http-permissions.ts'

let db: Database
let app: FastifyInstance
let admin: string
const log: string[] = []
const tokens = new Map<string, string>()

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, token: string, payload?: object, key?: string) =>
  app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(payload === undefined ? {} : { payload }),
  })

beforeAll(async () => {
  db = await testDatabase()
  const access = accessService({ db, now })
  const signIn = signInService({ db, now, times: { longestSeconds: 3600, idleSeconds: 600 } })
  const checks = checkService({ db, now })
  const ring = secretBox(randomBytes(32))
  const secrets = secretService({ db, box: ring, now, uses: async () => [] })
  const masterKeys = masterKeyService({ db, ring, now, nextKey: () => undefined, resealers: [] })
  const trail = trailService({ db, now, secrets: memoryKeys(), sinks: [], origin: '', onSinkFailed: () => {} })
  app = createHttp({
    db,
    access,
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    now,
    plugins: [
      accessRoutes({ access }),
      signInRoutes({ signIn }),
      checkRoutes({ checks }),
      secretRoutes({ secrets, masterKeys, runs: { apply: async () => 'roll-secret:1' } }),
      trailRoutes({ trail }),
    ],
    ready: async () => [],
    metrics: new Registry(),
  })
  const bootstrap = (await access.bootstrap()) ?? ''
  const refused = await call('GET', '/people', bootstrap)
  const first = await call('POST', '/access/bootstrap', bootstrap, { name: 'Ann', email: 'ann@example.test' })
  const again = await call('POST', '/access/bootstrap', bootstrap, { name: 'Eve', email: 'eve@example.test' })

  expect([refused.statusCode, first.statusCode, again.statusCode]).toEqual([403, 201, 401])
  admin = first.json().token
  for (const role of roles) {
    const person = await call('POST', '/people', admin, { name: role, email: `${role}@example.test`, roles: [role] })
    tokens.set(role, (await call('POST', '/tokens', admin, { name: 'test', personId: person.json().id })).json().token)
  }
  await checks.record(systemActor('test'), 'ins_1', [
    { name: 'up', title: 'Up', status: 'fail', summary: 's', asked: 'a', vantage: 'v', at: '2026-01-01T00:00:00.000Z' },
  ])
})
afterAll(() => app.close())

const filledIn = (path: string) =>
  path
    .replace('/api/v1', '')
    .replace(/:\w+/g, 'none')
    .replace(/^\/checks(\/history)?$/, '$&?subject=ins_1')

describe.each(roles)('the role %s', (role) => {
  test('passes exactly the routes whose permission it has', async () => {
    const routes = permissionsOf(app).filter(
      ({ method, path, permission }) => path.startsWith('/api/v1/') && method !== 'HEAD' && permission !== 'public',
    )
    const wrong: string[] = []
    for (const { method, path, permission } of routes) {
      const may =
        permission === 'signed-in' ||
        permission === 'public' ||
        (permission !== undefined && grants[role].includes(permission))
      // Bodies are left empty, so that who passes changes nothing: the answer is then 400 or 404.
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      const { statusCode } = await call(method as 'GET', filledIn(path), tokens.get(role) ?? '', body)
      if ((statusCode !== 403) !== may) wrong.push(`${method} ${path} (${permission}): ${statusCode}`)
    }

    expect(routes.length).toBeGreaterThan(15)
    expect(wrong).toEqual([])
  })
})

describe('over HTTP', () => {
  test('whoami says who one is', async () => {
    const me = await call('GET', '/whoami', tokens.get('viewer') ?? '')

    expect(me.json()).toMatchObject({ name: 'viewer', permissions: grants.viewer })
  })

  test('a repeated create under one key makes one person', async () => {
    const make = () =>
      call('POST', '/people', admin, { name: 'Twin', email: 'twin@example.test', roles: ['viewer'] }, 'twin-1')
    const [first, second] = [await make(), await make()]

    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
  })

  test('a token made under a key is shown once and kept nowhere', async () => {
    const make = () => call('POST', '/tokens', admin, { name: 'once' }, 'once-1')
    const first = await make()
    const again = await make()
    const kept = JSON.stringify(await db.rows('select * from idempotency_key'))

    expect(again.json().code).toBe('idempotency.answer_not_kept')
    expect(kept).not.toContain(first.json().token)
  })

  test('people are listed page by page', async () => {
    const first = (await call('GET', '/people?limit=3', admin)).json()
    const second = (await call('GET', `/people?limit=100&after=${first.next}`, admin)).json()

    expect(first.items).toHaveLength(3)
    expect(second.items.length).toBeGreaterThan(3)
    expect(second.next).toBeUndefined()
  })

  test('the value of a secret comes back from nowhere', async () => {
    const put = await call('PUT', '/secrets/acme/API_KEY', admin, { value: 'never-to-be-seen' })
    const rotated = await call('POST', '/secrets/acme/API_KEY/rotate', admin, { value: 'nor-to-be-seen' })
    const listed = await call('GET', '/secrets?tenant=acme', admin)
    const where = await call('GET', '/secrets/acme/API_KEY/where', admin)
    const history = await call('GET', '/trail/entries?subject=secret:acme/API_KEY', admin)
    const everything = [put, rotated, listed, where, history].map((each) => each.body).join() + log.join()

    expect(put.json()).toEqual({ ref: 'secret:acme/API_KEY@1', version: 1 })
    expect(rotated.json().version).toBe(2)
    expect(history.json().items.map((each: { action: string }) => each.action)).toEqual([
      'secret.rotated',
      'secret.put',
    ])
    expect(everything).not.toMatch(/to-be-seen/)
  })

  test('checks are shown with their verdict and what people said', async () => {
    const said = await call('POST', '/checks/attest', tokens.get('support') ?? '', {
      subject: 'ins_1',
      name: 'up',
      reason: 'seen it',
    })
    const found = (await call('GET', '/checks?subject=ins_1', admin)).json()

    expect(said.statusCode).toBe(201)
    expect(found).toMatchObject({ verdict: 'fail', items: [{ name: 'up', attestations: [{ actorName: 'support' }] }] })
  })

  test('refusals are in the trail with who asked for what', async () => {
    const found = (
      await call('GET', '/trail/entries?action=access.refused&limit=200', tokens.get('auditor') ?? '')
    ).json()
    const bootstrap = found.items.find((each: { actor: string }) => each.actor === 'bootstrap')

    expect(bootstrap).toMatchObject({
      subject: 'GET /api/v1/people',
      after: { code: 'access.forbidden', address: '127.0.0.1' },
    })
    expect(found.items.length).toBeGreaterThan(roles.length - 2)
  })

  test('no token ever reached the log', async () => {
    for (const token of [admin, ...tokens.values()]) expect(log.join()).not.toContain(token)
    expect(log.join()).toContain('"msg":"answered"')
  })
})
