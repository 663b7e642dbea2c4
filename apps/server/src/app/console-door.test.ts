import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../platform/db.ts'
import { consoleDoor } from './console-door.ts'
import { createHttp } from './http.ts'

let dist: string
let app: FastifyInstance

beforeEach(async () => {
  dist = await mkdtemp(join(tmpdir(), 'nexus-console-'))
  app = createHttp({
    db: {} as Database, // nothing here asks it
    access: { authenticate: () => Promise.reject(new Error('nobody is asked')), recordRefusal: async () => {} },
    log: pino({ level: 'silent' }),
    now: () => new Date('2026-01-15T09:00:00Z'),
    plugins: [],
    doors: [consoleDoor({ dist })],
    ready: async () => [],
    metrics: new Registry(),
    idempotency: { claim: async () => 'mine', keep: async () => {}, release: async () => {} },
  })
})
afterEach(async () => {
  await app.close()
  await rm(dist, { recursive: true, force: true })
})

async function build(): Promise<void> {
  await mkdir(join(dist, 'assets'), { recursive: true })
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>the console</title>')
  await writeFile(join(dist, 'assets', 'index-abc.js'), 'export {}')
}
const get = (url: string) => app.inject({ method: 'GET', url })

describe('the door of the console', () => {
  test('answers every page of the console with the same file, asked about at each load', async () => {
    await build()
    for (const url of ['/', '/?show=blocked', '/orders', '/orders/NX-1001', '/orders/a%20b']) {
      const answer = await get(url)
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'no-cache'])
      expect(answer.body).toContain('the console')
    }
  })

  test('lets the page run its own scripts only, and nobody frame it', async () => {
    await build()
    const policy = String((await get('/')).headers['content-security-policy'])

    expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'self'`)
    expect(policy).toContain(`frame-ancestors 'none'`)
    expect(policy).not.toContain('unsafe')
  })

  test('lets hashed files be kept for a year', async () => {
    await build()
    const answer = await get('/assets/index-abc.js')

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(answer.headers['content-type']).toContain('javascript')
  })

  test('leaves what it does not know to a 404 of the API', async () => {
    await build()
    for (const url of ['/api/v1/nothing', '/assets/none.js', '/assets/..%2findex.html', '/orders/a/b', '/nothing']) {
      const answer = await get(url)
      expect(answer.statusCode, url).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode, url).toBeLessThan(500)
      expect(answer.headers['content-type'], url).toContain('application/problem+json')
      expect(answer.headers['cache-control'] ?? '', url).not.toContain('max-age')
    }
  })

  test('says how to build the console when that was not done, and serves it as soon as it was', async () => {
    const before = await get('/orders/NX-1001')
    await build()
    const after = await get('/orders/NX-1001')

    expect(before.statusCode).toBe(503)
    expect(before.body).toContain('npm run build -w apps/console')
    expect([after.statusCode, (await get('/assets/index-abc.js')).statusCode]).toEqual([200, 200])
  })
})
