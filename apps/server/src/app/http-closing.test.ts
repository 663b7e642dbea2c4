import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { letConnectionsGo } from './http-closing.ts'

/** A server whose `/slow` answers when `finish` is called, and a client that keeps its connections. */
async function slowServer(longestSeconds?: number) {
  const app = Fastify({ keepAliveTimeout: 72_000, forceCloseConnections: 'idle' })
  letConnectionsGo(app, longestSeconds)
  const entered = Promise.withResolvers<void>()
  const finished = Promise.withResolvers<void>()
  app.get('/slow', async (_request, reply) => {
    reply.raw.writeHead(200, { 'content-length': '4' })
    reply.raw.write('on')
    entered.resolve()
    await finished.promise
    reply.hijack()
    reply.raw.end('ly')
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const { port } = app.server.address() as AddressInfo
  const asked = get({ host: '127.0.0.1', port, path: '/slow', agent })
  const answer = once(asked, 'response').then(([each]) => each as IncomingMessage)
  await entered.promise
  return { app, port, answer, finish: finished.resolve }
}

describe('a server that closes', () => {
  test('gives a begun answer to its end, and then does not wait for a client that keeps its connection', async () => {
    const { app, answer, finish } = await slowServer()
    const closed = app.close()
    finish()

    expect((await (await answer).toArray()).join('')).toBe('only')
    await closed
  })

  test('cuts an answer off that does not come to its end', async () => {
    const { app, answer } = await slowServer(0.2)
    const cut = answer.then((each) => each.toArray())
    await app.close()

    await expect(cut).rejects.toThrow(/aborted/)
  })

  test('waits no longer than that for a connection on which nothing was ever asked', async () => {
    const { app, port, answer, finish } = await slowServer(0.2)
    const silent = connect(port, '127.0.0.1')
    await once(silent, 'connect')
    finish()
    ;(await answer).resume()

    await Promise.all([app.close(), once(silent, 'close')])
  })
})
