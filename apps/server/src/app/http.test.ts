import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { grants, type Role, roles } from '../platform/actor.ts'
import type { CheckResult } from '../platform/check.ts'
import type { Database } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'
import type { Routes } from '../platform/http-types.ts'
import { createHttp, type HttpDeps } from './http.ts'
import type { RefusedRequest } from './http-authentication.ts'
import type { Claim, IdempotencyStore, KeptAnswer } from './http-idempotency.ts'
import { openApiOf } from './http-openapi.ts'
import { permissionsOf, publicFiles } from './http-permissions.ts'

const open: FastifyInstance[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const keptInMemory = (): IdempotencyStore => {
  const rows = new Map<string, { claim: Claim; answer?: KeptAnswer }>()
  return {
    claim: async (claim) => {
      const row = rows.get(claim.key)
      if (!row) {
        rows.set(claim.key, { claim })
        return 'mine'
      }
      if (row.claim.bodyHash !== claim.bodyHash) return 'other'
      return row.answer ?? 'running'
    },
    keep: async (claim, answer) => void rows.set(claim.key, { claim, answer }),
    release: async ({ key }) => void rows.delete(key),
  }
}

let made = 0
const sample: Routes = async (app) => {
  const Body = z.strictObject({ name: z.string(), plan: z.object({ seats: z.int() }) })
  app.get('/orders', { config: { permission: 'orders.read' } }, async (request) => ({ who: request.actor.id }))
  app.post(
    '/orders',
    {
      config: { permission: 'orders.write' },
      schema: {
        operationId: 'createOrder',
        tags: ['orders'],
        body: Body,
        response: { 201: z.object({ made: z.int() }) },
      },
    },
    async (_request, reply) => {
      made += 1
      return reply.code(201).send({ made })
    },
  )
  app.post('/secret', { config: { permission: 'signed-in', secretAnswer: true } }, async () => ({ token: 'once' }))
  app.post('/broken', { config: { permission: 'signed-in' } }, async () => {
    throw new Error('password=hunter2 at /srv')
  })
  app.get('/busy', { config: { permission: 'public' } }, async () => {
    throw new NexusError('host.unreachable', 'unavailable', 'The host does not answer.')
  })
  app.get('/away', { config: { permission: 'public' } }, async () => {
    throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  })
}

const refusals: RefusedRequest[] = []
const access: HttpDeps['access'] = {
  authenticate: async (token) => {
    const role = roles.find((each): each is Role => each === token)
    if (token === 'bootstrap') return { id: 'bootstrap', name: 'bootstrap', permissions: ['access.bootstrap'] }
    if (!role) throw new NexusError('access.unauthenticated', 'unauthenticated', 'This token is not known.')
    return { id: `per_${role}`, name: role, permissions: grants[role] }
  },
  recordRefusal: async (refused) => void refusals.push(refused),
}

function start(changes: Partial<HttpDeps> = {}): FastifyInstance {
  refusals.length = 0
  made = 0
  const app = createHttp({
    db: {} as Database,
    access,
    log: pino({ level: 'silent' }),
    now: () => new Date('2026-01-01T00:00:00Z'),
    plugins: [sample],
    ready: async () => [],
    metrics: new Registry(),
    idempotency: keptInMemory(),
    ...changes,
  })
  open.push(app)
  return app
}

const as = (role: string) => ({ authorization: `Bearer ${role}` })
const order = { name: 'acme', plan: { seats: 3 } }

describe('a request without the right to it', () => {
  test('is asked for a token', async () => {
    const answer = await start().inject('/api/v1/orders')

    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toContain('Bearer')
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ code: 'access.no_token', kind: 'unauthenticated', status: 401 })
  })

  test('is refused with the permission that it takes, before its body is looked at', async () => {
    const answer = await start().inject({
      method: 'POST',
      url: '/api/v1/orders',
      headers: as('viewer'),
      payload: { no: 1 },
    })

    expect(answer.statusCode).toBe(403)
    expect(answer.json().message).toContain('orders.write')
  })

  test('leaves one line a minute in the trail, and the next one says how many were left out', async () => {
    let at = new Date('2026-01-01T00:00:00Z')
    const app = start({ now: () => at })
    for (let i = 0; i < 5; i += 1) await app.inject({ method: 'POST', url: '/api/v1/orders', headers: as('viewer') })

    expect(refusals).toHaveLength(1)
    expect(refusals[0]).toMatchObject({ code: 'access.forbidden', method: 'POST', route: '/api/v1/orders', leftOut: 0 })

    at = new Date('2026-01-01T00:01:01Z')
    await app.inject({ method: 'POST', url: '/api/v1/orders', headers: as('viewer') })

    expect(refusals[1]).toMatchObject({ leftOut: 4 })
  })

  test('cannot fill the trail from many accounts', async () => {
    const many: HttpDeps['access'] = {
      ...access,
      authenticate: async (token) => ({ id: token, name: token, permissions: [] }),
    }
    const app = start({ access: many })
    for (let i = 0; i < 100; i += 1) await app.inject({ url: '/api/v1/orders', headers: as(`per_${i}`) })

    expect(refusals).toHaveLength(60)
  })

  test('the bootstrap token does not open what any signed-in person may do', async () => {
    const answer = await start().inject({ method: 'POST', url: '/api/v1/secret', headers: as('bootstrap') })

    expect(answer.statusCode).toBe(403)
  })
})

describe('a malformed request', () => {
  const post = (payload: string, type = 'application/json') =>
    start({ bodyLimit: 1000 }).inject({
      method: 'POST',
      url: '/api/v1/orders',
      headers: { ...as('admin'), 'content-type': type },
      payload,
    })

  test('hears of every problem at once, by path and sentence', async () => {
    const answer = await post(JSON.stringify({ plan: { seats: 'many' }, colour: 'red' }))

    expect(answer.statusCode).toBe(400)
    expect(answer.json().code).toBe('request.invalid')
    expect(answer.json().problems).toEqual([
      { path: 'name', message: 'This field is missing.' },
      { path: 'plan.seats', message: 'This is a string where a number is expected.' },
      { path: '', message: 'There is no field named colour here.' },
    ])
  })

  test.each([
    ['{"name":', 'application/json', 400, 'request.malformed_json'],
    ['', 'application/json', 400, 'request.malformed_json'],
    ['{"__proto__":{"x":1}}', 'application/json', 400, 'request.malformed_json'],
    ['a=b', 'application/x-www-form-urlencoded', 415, 'request.media_type'],
    ['{}', 'text/plain', 415, 'request.media_type'],
    ['x'.repeat(1001), 'application/json', 413, 'request.too_large'],
  ])('%j as %s is answered %i %s', async (payload, type, status, code) => {
    const answer = await post(payload, type)

    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ code, status })
  })

  test('a path that cannot be read has the same shape of answer', async () => {
    const answer = await start().inject('/api/v1/orders/%zz')

    expect(answer.statusCode).toBe(400)
    expect(answer.json().code).toBe('request.invalid')
  })

  test('a path that does not exist says where the list is', async () => {
    const answer = await start().inject('/api/v1/nowhere?token=x')

    expect(answer.statusCode).toBe(404)
    expect(answer.json().message).toBe('There is no GET /api/v1/nowhere.')
  })
})

describe('a failure inside', () => {
  test('shows nothing of itself but the id to look for', async () => {
    const answer = await start().inject({ method: 'POST', url: '/api/v1/broken', headers: as('admin') })

    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('hunter2')
    expect(answer.json()).toMatchObject({ code: 'nexus.bug', requestId: answer.headers['x-request-id'] })
  })

  test('that may pass says when to come back', async () => {
    const busy = await start().inject('/api/v1/busy')
    const away = await start().inject('/api/v1/away')

    expect([busy.statusCode, busy.headers['retry-after']]).toEqual([503, '5'])
    expect([away.statusCode, away.json().code]).toEqual([503, 'database.unavailable'])
  })
})

describe('an Idempotency-Key', () => {
  const post = (app: FastifyInstance, key: string, payload: object, url = '/api/v1/orders') =>
    app.inject({ method: 'POST', url, headers: { ...as('admin'), 'idempotency-key': key }, payload })

  test('gives the first answer again and does nothing twice', async () => {
    const app = start()
    const first = await post(app, 'k1', order)
    const again = await post(app, 'k1', { plan: { seats: 3 }, name: 'acme' })

    expect([first.statusCode, again.statusCode]).toEqual([201, 201])
    expect(again.json()).toEqual(first.json())
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(made).toBe(1)
  })

  test('used for another body is refused', async () => {
    const app = start()
    await post(app, 'k1', order)
    const other = await post(app, 'k1', { ...order, name: 'other' })

    expect(other.statusCode).toBe(409)
    expect(other.json().code).toBe('idempotency.other_request')
  })

  test('of a request still at work says when to ask again', async () => {
    const app = start({ idempotency: { ...keptInMemory(), claim: async () => 'running' } })
    const answer = await post(app, 'k1', order)

    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([409, '2'])
  })

  test('of a failed request may be used again', async () => {
    const app = start()
    await post(app, 'k1', {}, '/api/v1/broken')
    const again = await post(app, 'k1', order)

    expect(again.statusCode).toBe(201)
  })

  test('does not keep an answer that held a secret', async () => {
    const app = start()
    await post(app, 'k1', {}, '/api/v1/secret')
    const again = await post(app, 'k1', {}, '/api/v1/secret')

    expect(again.statusCode).toBe(409)
    expect(again.json().code).toBe('idempotency.answer_not_kept')
  })

  test('that is not a visible word is refused', async () => {
    expect((await post(start(), 'a b', order)).json().code).toBe('idempotency.bad_key')
  })
})

describe('the server', () => {
  test('does not start with a route that declares nothing', async () => {
    const app = start({ plugins: [async (scope) => void scope.get('/silent', async () => 'x')] })

    await expect(app.ready()).rejects.toThrow('/api/v1/silent')
  })

  test('lists every route with its permission', async () => {
    const app = start()
    await app.ready()

    expect(permissionsOf(app)).toContainEqual({
      method: 'POST',
      path: '/api/v1/orders',
      permission: 'orders.write',
      scope: 'rows',
    })
    expect(permissionsOf(app).filter((each) => each.permission === undefined)).toEqual([])
  })

  test('plugins that serve files are public for looking only', async () => {
    const files: Routes = async (scope) => {
      scope.get('/page', async () => 'hello')
      scope.post('/page', async () => 'hello')
    }

    await expect(start({ doors: [publicFiles(files)] }).ready()).rejects.toThrow('declare a permission: POST /page.')
  })

  test('says that it is up, and refuses work while a check does', async () => {
    const result = (status: CheckResult['status']): CheckResult => ({
      name: 'database',
      title: 'The database answers',
      status,
      summary: 'asked',
      asked: 'select 1',
      vantage: 'control plane',
      at: '2026-01-01T00:00:00Z',
    })

    expect((await start().inject('/health')).json()).toEqual({ status: 'up' })
    expect((await start().inject('/ready')).statusCode).toBe(503)
    expect((await start({ ready: async () => [result('pass')] }).inject('/ready')).statusCode).toBe(200)
    expect((await start({ ready: async () => [result('unknown')] }).inject('/ready')).statusCode).toBe(503)
    expect((await start({ ready: async () => Promise.reject(new Error('x')) }).inject('/ready')).statusCode).toBe(503)
  })

  test('measures requests by route, never by address', async () => {
    const app = start()
    await app.inject({ url: '/api/v1/orders?limit=7', headers: as('viewer') })
    const text = (await app.inject('/metrics')).body

    expect(text).toContain(
      'nexus_http_request_duration_seconds_count{method="GET",route="/api/v1/orders",status="200"} 1',
    )
    expect(text).toContain('process_cpu_user_seconds_total')
    expect(text).not.toContain('limit=7')
  })

  test('describes itself as OpenAPI 3.1, the same whatever was registered first', async () => {
    const other: Routes = async (app) => {
      app.get('/a', { config: { permission: 'hosts.read' }, schema: { operationId: 'getA' } }, async () => 'a')
    }
    const one = await openApiOf(start({ plugins: [sample, other] }))
    const two = await openApiOf(start({ plugins: [other, sample] }))

    expect(JSON.stringify(one)).toBe(JSON.stringify(two))
    expect(one).toMatchObject({
      openapi: '3.1.0',
      paths: { '/api/v1/orders': { post: { operationId: 'createOrder' } } },
    })
    expect((await start().inject('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' })
  })

  test('has its reference page without anything from elsewhere', async () => {
    const page = await start().inject('/docs/')

    expect(page.statusCode).toBe(200)
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(page.headers['content-security-policy']).toContain("default-src 'self'")
  })

  test('forbids framing, sniffing and storing', async () => {
    const { headers } = await start().inject({ url: '/api/v1/orders', headers: as('viewer') })

    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
  })

  test('keeps a harmless request id and replaces any other', async () => {
    const id = async (given: string) =>
      (await start().inject({ url: '/health', headers: { 'x-request-id': given } })).headers['x-request-id']

    expect(await id('trace-12345678')).toBe('trace-12345678')
    expect(await id('a b\tc')).toMatch(/^req_/)
  })
})

describe('who asks too much', () => {
  const limits = { perMinute: 3, refusalsPerMinute: 2 }
  const ask = async (app: FastifyInstance, token: string, address = '192.0.2.1') => {
    const url = '/api/v1/orders'
    const { statusCode, headers } = await app.inject({ url, headers: as(token), remoteAddress: address })
    return [statusCode, Number(headers['retry-after'] ?? 0) > 0]
  }

  test('is told when to come back, by token: another token is not held up, and machines may look', async () => {
    const app = start({ limits })
    for (let n = 0; n < 3; n += 1) expect(await ask(app, 'viewer')).toEqual([200, false])

    expect(await ask(app, 'viewer')).toEqual([429, true])
    expect(await ask(app, 'admin')).toEqual([200, false])
    for (let n = 0; n < 5; n += 1) expect((await app.inject('/health')).statusCode).toBe(200)
  })

  test('and is refused each time is told to wait by address, while a good token from there passes', async () => {
    const app = start({ limits })
    const guesses = [await ask(app, 'guess-1'), await ask(app, 'guess-2'), await ask(app, 'guess-3')]

    expect(guesses).toEqual([
      [401, false],
      [401, false],
      [429, true],
    ])
    expect(await ask(app, 'viewer')).toEqual([200, false])
    expect((await ask(app, 'guess-4', '192.0.2.2'))[0]).toBe(401)
  })
})

describe('an event stream', () => {
  const streaming =
    (feed: (send: (data: unknown) => boolean) => void, stopped: () => void = () => {}): Routes =>
    async (app) => {
      app.get('/events', { config: { permission: 'runs.read' } }, async (_request, reply) =>
        reply.sse((send) => {
          feed((data) => send({ event: 'step', id: '1', data }))
          return stopped
        }),
      )
    }
  const limits = { heartbeatSeconds: 0.05, longestSeconds: 30, recheckSeconds: 0.05, bufferBytes: 100_000, streams: 1 }

  test('sends events and heartbeats, and stops listening when its reader leaves', async () => {
    let stop: () => void = () => {}
    const stopped = new Promise<void>((resolve) => {
      stop = resolve
    })
    const app = start({
      plugins: [
        streaming(
          (send) => send({ text: 'one\ntwo' }),
          () => stop(),
        ),
      ],
      streams: limits,
    })
    const url = await app.listen({ port: 0 })
    const leaving = new AbortController()
    const answer = await fetch(`${url}/api/v1/events`, { headers: as('viewer'), signal: leaving.signal })
    let text = ''
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    while (!text.includes(': still here')) text += (await reader?.read())?.value ?? ''
    leaving.abort()
    await stopped

    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    expect(text).toContain('event: step\nid: 1\ndata: {"text":"one\\ntwo"}\n\n')
  })

  test('drops a reader who does not keep up', async () => {
    const dropped = new Promise<number>((resolve) => {
      const feed = (send: (data: unknown) => boolean) => {
        let sent = 0
        const more = setInterval(() => {
          for (let i = 0; i < 20; i += 1) {
            sent += 1
            if (send('x'.repeat(50_000))) continue
            clearInterval(more)
            resolve(sent)
            return
          }
        }, 5)
      }
      const app = start({ plugins: [streaming(feed)], streams: limits })
      void app.listen({ port: 0 }).then(() => {
        const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
        socket.on('error', () => {})
        socket.pause()
        socket.write('GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer viewer\r\n\r\n')
      })
    })

    expect(await dropped).toBeGreaterThan(1)
  })

  test.each([
    ['its token was revoked', 'unauthenticated' as const],
    ['its role was taken away', 'forbidden' as const],
  ])('ends when %s', async (_why, kind) => {
    let gone = false
    const app = start({
      plugins: [streaming((send) => send('here'))],
      streams: limits,
      access: {
        ...access,
        authenticate: (token) =>
          gone ? Promise.reject(new NexusError('access.gone', kind, 'It is over.')) : access.authenticate(token),
      },
    })
    const url = await app.listen({ port: 0 })
    const answer = await fetch(`${url}/api/v1/events`, { headers: as('viewer') })
    gone = true

    expect(await answer.text()).toContain('data: "here"')
  })

  test('stays while nobody can tell whether its reader may', async () => {
    let asked = 0
    const app = start({
      plugins: [streaming((send) => send('here'))],
      streams: limits,
      access: {
        ...access,
        authenticate: (token) => {
          asked += 1
          return asked === 1 ? access.authenticate(token) : Promise.reject(new Error('the database is away'))
        },
      },
    })
    const url = await app.listen({ port: 0 })
    const leaving = new AbortController()
    const answer = await fetch(`${url}/api/v1/events`, { headers: as('viewer'), signal: leaving.signal })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    while (asked < 4) await reader?.read()

    expect((await reader?.read())?.done).toBe(false)
    leaving.abort()
  })

  test('is bounded in number, and the stopping server ends it', async () => {
    const app = start({ plugins: [streaming((send) => send('here'))], streams: limits })
    const url = await app.listen({ port: 0 })
    const first = await fetch(`${url}/api/v1/events`, { headers: as('viewer') })
    const second = await fetch(`${url}/api/v1/events`, { headers: as('viewer') })

    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '30'])

    await app.close()

    expect(await first.text()).toContain('data: "here"')
  })
})
