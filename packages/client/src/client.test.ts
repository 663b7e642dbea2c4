import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { answer, ClientError, createClient, type ServerEvent } from './index.ts'

const servers: Server[] = []
afterEach(() => {
  for (const each of servers.splice(0)) {
    each.closeAllConnections()
    each.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const caught = (call: Promise<unknown>): Promise<ClientError> =>
  call.then(
    () => Promise.reject(new Error('it was answered')),
    (thrown: ClientError) => thrown,
  )

describe('a call', () => {
  test('carries the token and gives back what it was answered', async () => {
    const server = await serve((request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ id: request.headers.authorization, name: 'x', permissions: [] }))
    })
    const me = await answer(createClient({ server: `${server}/`, token: 'nxt_a' }).GET('/api/v1/whoami'))

    expect(me.id).toBe('Bearer nxt_a')
  })

  test('that was refused throws in the words of the server', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '2' })
      const problems = [{ path: 'name', message: 'This field is missing.' }]
      response.end(
        JSON.stringify({
          code: 'order.taken',
          kind: 'conflict',
          message: 'Taken.',
          hint: 'Look.',
          problems,
          requestId: 'req_1',
        }),
      )
    })
    const error = await caught(createClient({ server }).GET('/api/v1/whoami'))

    expect(error).toBeInstanceOf(ClientError)
    expect(error).toMatchObject({
      code: 'order.taken',
      kind: 'conflict',
      status: 409,
      message: 'Taken.',
      hint: 'Look.',
      requestId: 'req_1',
    })
    expect([error.retryAfterSeconds, error.problems?.length]).toEqual([2, 1])
  })

  test('answered by something else in between says so', async () => {
    const server = await serve((_request, response) => void response.writeHead(502).end('<html>bad gateway'))

    expect(await caught(createClient({ server }).GET('/api/v1/whoami'))).toMatchObject({
      code: 'client.unexpected_answer',
      kind: 'unavailable',
      status: 502,
    })
  })

  test('without an answer is client.unreachable', async () => {
    const server = await serve((request) => void request.socket.destroy())

    expect(await caught(createClient({ server }).GET('/api/v1/whoami'))).toMatchObject({
      code: 'client.unreachable',
      kind: 'unavailable',
      status: undefined,
    })
  })
})

test.each([
  ['http://nexus.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://127.0.0.1:7700', true],
  ['http://localhost:7700', true],
  ['http://[::1]:7700', true],
  ['https://nexus.example.com', true],
])('a token to %s is carried: %s', (server, carried) => {
  const make = () => createClient({ server, token: 'nxt_a' })

  if (carried) expect(make).not.toThrow()
  else expect(make).toThrow('plain HTTP')
})

describe('events', () => {
  test('are read across pieces, comments and reconnections, going on from the last id', async () => {
    const seen: Array<string | undefined> = []
    const server = await serve((request, response) => {
      seen.push(request.headers['last-event-id'] as string | undefined)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (seen.length === 1) {
        response.write(': hello\n\nevent: step\nid: 7\nda')
        setImmediate(() => response.end('ta: {"n":1}\n\nevent: half\ndata: 1\n'))
      } else response.write('data: two\ndata: lines\n\n')
    })
    const events: ServerEvent[] = []
    const over = new AbortController()
    await createClient({ server }).events(
      '/api/v1/events',
      (event) => {
        events.push(event)
        if (events.length === 4) over.abort()
      },
      over.signal,
    )

    expect(seen).toEqual([undefined, '7'])
    expect(events).toEqual([
      { event: 'open', id: undefined, data: undefined },
      { event: 'step', id: '7', data: { n: 1 } },
      { event: 'open', id: undefined, data: undefined },
      { event: 'message', id: undefined, data: 'two\nlines' },
    ])
  })

  test('that are refused throw', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'access.forbidden', kind: 'forbidden', message: 'No.' }))
    })

    expect(await caught(createClient({ server }).events('/x', () => {}))).toMatchObject({ code: 'access.forbidden' })
  })

  test('of a server that stays away end with client.unreachable', async () => {
    const server = await serve((request) => void request.socket.destroy())

    expect(await caught(createClient({ server, giveUpSeconds: 0 }).events('/x', () => {}))).toMatchObject({
      code: 'client.unreachable',
    })
  })

  test('whose listener throws pass that on', async () => {
    const server = await serve((_request, response) => void response.writeHead(200).write('data: 1\n\n'))
    const events = createClient({ server }).events('/x', () => {
      throw new Error('mine')
    })

    await expect(events).rejects.toThrow('mine')
  })
})
