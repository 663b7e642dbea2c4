import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { outsideHttps, whyNotOutside } from './outside-https.ts'

const closers: Array<() => void> = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A service on this machine's loopback, which the probe is told that a host is at. */
async function askService(answer: RequestListener, path = '/', timeoutSeconds = 5) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return outsideHttps({ ownAddresses: ['127.0.0.1'] }).ask({
    address: '127.0.0.1',
    port,
    host: 'app.acme.test',
    path,
    secure: false,
    timeoutSeconds,
  })
}

describe('a probe', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    'fe80::1',
    '::ffff:127.0.0.1',
    '224.0.0.1',
    '255.255.255.255',
    'localhost',
    'app.acme.test',
    '',
  ])('goes nowhere near %j', async (address) => {
    expect(whyNotOutside(address)).toBeDefined()
    const probe = outsideHttps({})
    expect(await probe.ask({ address, port: 1, host: 'a.test', path: '/', secure: true })).toMatchObject({
      kind: 'failed',
      code: 'EADDRESS',
    })
    expect(await probe.shakeHands({ address, port: 1, host: 'a.test' })).toMatchObject({
      kind: 'ours',
      code: 'EADDRESS',
    })
  })

  test.each(['192.0.2.7', '10.78.0.10', '2001:db8::1'])('may go to %s', (address) => {
    expect(whyNotOutside(address)).toBeUndefined()
  })

  test('asks by the name, and follows no redirect', async () => {
    const answer = await askService((request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/', 'x-asked': request.headers.host ?? '' }).end()
    })

    expect(answer).toMatchObject({ kind: 'answered', status: 302, headers: { location: ['http://169.254.169.254/'] } })
    expect(JSON.stringify(answer)).toContain('app.acme.test:')
  })

  test('reads no more than 256 kB', async () => {
    const answer = await askService((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })

    expect(answer).toMatchObject({ kind: 'answered', cut: true })
    expect(answer.kind === 'answered' && answer.body.length).toBe(256 * 1024)
  })

  test('waits no longer than its limit, also for a body that never ends', async () => {
    const answer = await askService((_, response) => void response.write('a'), '/', 0.3)

    expect(answer).toMatchObject({ kind: 'failed', code: 'ETIMEDOUT' })
  })

  test('tells a service that breaks off from one that answers', async () => {
    expect(await askService((request) => void request.socket.destroy())).toMatchObject({ kind: 'failed' })
    const half = await askService((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setImmediate(() => response.destroy())
    })
    expect(half).toMatchObject({ kind: 'failed' })
  })
})
