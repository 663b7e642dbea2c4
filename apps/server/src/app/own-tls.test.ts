import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get as askPlain } from 'node:http'
import { Agent, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { Registry } from 'prom-client'
import { afterEach, describe, expect, test } from 'vitest'
import { makeRequest, makeRoot, signRequest } from '../platform/adapters/pretend-authority.ts'
import { notCalled } from './generate-client.ts'
import { createHttp } from './http.ts'
import { ownTls } from './own-tls.ts'
import type { PluginDeps } from './plugins.ts'

const root = makeRoot()
const folder = mkdtempSync(join(tmpdir(), 'nexus-tls-'))
const files = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
const log = pino({ level: 'silent' })
const metrics = new Registry()

/** A pair for localhost in the two files; answers when it ends. */
function write({ hours = 24 * 90, from = new Date(Date.now() - 60_000) } = {}): void {
  const { key, csr } = makeRequest(['localhost'], undefined)
  rmSync(files.keyFile, { force: true })
  writeFileSync(files.keyFile, key, { mode: 0o600 })
  writeFileSync(files.certificateFile, signRequest(root, csr, ['localhost'], { from, hours }))
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function served() {
  metrics.clear()
  const tls = ownTls({ files, mayCome: false, now: () => new Date(), log, metrics })
  const app = createHttp({
    db: notCalled<PluginDeps['db']>(),
    access: notCalled(),
    log,
    now: () => new Date(),
    plugins: [],
    ready: async () => [tls.check()],
    metrics,
    idempotency: notCalled(),
    server: tls.server,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  closers.push(() => app.close())
  return { tls, port: (app.server.address() as AddressInfo).port }
}

type Heard = { status: number; headers: NodeJS.Dict<string | string[]>; serial: string; body: string }
const ask = (port: number, path: string, options: object = {}): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const agent = new Agent({ ca: root.certificate, keepAlive: false })
    get({ host: '127.0.0.1', servername: 'localhost', port, path, agent, ...options }, (answer) => {
      const socket = answer.socket as import('node:tls').TLSSocket
      const serial = socket.getPeerCertificate().serialNumber
      let body = ''
      answer.on('data', (piece: Buffer) => (body += piece.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, serial, body }))
    }).on('error', reject)
  })

describe('HTTPS of Nexus itself', () => {
  test('is served by the certificate of the files, with the headers that keep browsers to it', async () => {
    write()
    const { port } = await served()
    const { status, headers } = await ask(port, '/health')

    expect(status).toBe(200)
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  test('answers nobody by plain HTTP, nor by a TLS that is too old', async () => {
    write()
    const { port } = await served()
    const plain = new Promise((resolve, reject) =>
      askPlain({ host: '127.0.0.1', port, path: '/health' }, resolve).on('error', reject),
    )

    await expect(plain).rejects.toThrow()
    await expect(ask(port, '/health', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' })).rejects.toThrow()
  })

  test('takes a renewed pair up while it runs', async () => {
    write()
    const { port, tls } = await served()
    const before = await ask(port, '/health')
    write()
    tls.look()
    const after = await ask(port, '/health')

    expect(after.serial).not.toBe(before.serial)
  })

  test('keeps the pair it has where the new one does not fit, and says so', async () => {
    write()
    const { port, tls } = await served()
    const before = await ask(port, '/health')
    writeFileSync(files.keyFile, makeRequest(['localhost'], undefined).key, { mode: 0o600 })
    tls.look()
    const after = await ask(port, '/ready')

    expect(after.serial).toBe(before.serial)
    expect(after.body).toContain('a newer one is not used')
    expect(after.body).toContain('it is not the key of')
  })

  test.each([
    ['ended', { hours: 1, from: new Date(Date.now() - 2 * 3_600_000) }, 'fail'],
    ['ends within days', { hours: 24 * 90, from: new Date(Date.now() - 80 * 86_400_000) }, 'warn'],
    ['is fresh and short-lived', { hours: 24 * 6 }, 'pass'],
  ])('says in readiness and in metrics that one that %s', async (_says, given, status) => {
    write(given)
    const { tls } = await served()

    expect(tls.check()).toMatchObject({ name: 'ready.tls', status })
    expect(await metrics.metrics()).toMatch(/nexus_tls_certificate_expires_seconds \d{10}/)
  })

  test.each([
    ['a key of another certificate', () => writeFileSync(files.keyFile, makeRequest(['x.test'], undefined).key)],
    ['a key that everybody may read', () => chmodSync(files.keyFile, 0o644)],
    ['no certificate', () => writeFileSync(files.certificateFile, 'nothing')],
    ['a missing file', () => rmSync(files.certificateFile)],
  ])('does not start on %s', (_says, spoil) => {
    write()
    chmodSync(files.keyFile, 0o600)
    spoil()

    expect(() => ownTls({ files, mayCome: false, now: () => new Date(), log, metrics: new Registry() })).toThrow()
  })
})
