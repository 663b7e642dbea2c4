import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../test/harness/pretend-app.ts'
import { caller, firstAdminToken } from '../../test/harness/pretend-caller.ts'

let app: PretendApp
let stopped: Promise<void> | undefined
beforeAll(async () => {
  app = await pretendApp({ settings: { drainSeconds: 40 } })
})
afterAll(() => stopped ?? app?.stop())

const ask = (method: string, path: string): Promise<{ status: number; retryAfter: string | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(`${app.address}${path}`, {
      method,
      agent: false,
      headers: { 'content-type': 'application/json' },
    })
    asked.on('response', (answer) => {
      let text = ''
      answer.on('data', (piece: Buffer) => (text += piece.toString()))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text }),
      )
    })
    asked.on('error', reject)
    asked.end(method === 'GET' ? undefined : '{}')
  })

test('a node that drains says so over HTTP, takes no work, lets people look, and closes its port when it is done', async () => {
  const token = await firstAdminToken(app)
  app.faults.add({ program: 'preflight', times: 1, how: 'hang', seconds: 6 })
  const { ticket } = await app.post('order_paid', app.order('Draining'))
  await app.untilStep(ticket, 'preflight the host')
  stopped = app.stop()
  await expect.poll(async () => (await ask('GET', '/ready')).status, { timeout: 10_000, interval: 20 }).toBe(503)
  const ready = await ask('GET', '/ready')
  const webhook = await ask('POST', '/hooks/pulse')
  const work = await caller(app, token)('POST', `/orders/${ticket}/note`, { text: 'a word' })
  const seen = await caller(app, token)('GET', `/orders/${ticket}`)
  const health = await ask('GET', '/health')
  await stopped

  expect([ready.status, ready.retryAfter]).toEqual([503, '5'])
  expect([webhook.status, JSON.parse(webhook.text).code, Number(webhook.retryAfter) > 0]).toEqual([
    503,
    'nexus.draining',
    true,
  ])
  expect([work.status, work.body['code']]).toEqual([503, 'nexus.draining'])
  expect([seen.status, health.status]).toEqual([200, 200])
  await expect(ask('GET', '/health')).rejects.toThrow(/ECONNREFUSED/)
})
