import { connect } from 'node:net'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { paidOrder, webhookSecret } from '../../apps/server/test/harness/pretend-shop.ts'
import { faultsOf, sender } from './api-answers.ts'
import { hostileTexts } from './hostile-text.ts'

const seed = Number(process.env['NEXUS_FUZZ_SEED'] ?? 20_261_121)
const numRuns = process.env['NEXUS_TEST_ALL'] === '1' ? 2000 : 120

let app: PretendApp
let door: ReturnType<typeof sender>

beforeAll(async () => {
  app = await pretendApp()
  door = sender(app.address, 'nxt_none')
}, 60_000)

afterAll(async () => {
  door?.close()
  await app?.stop()
})

let sent = 0
function post(body: Buffer, more: Record<string, string> = {}) {
  const at = new Date()
  sent += 1
  const id = `msg_fuzz_${sent}`
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(webhookSecret).sign(id, at, body),
    ...more,
  }
  return door.send('POST', { says: '', url: '/hooks/pulse', headers, body, refused: false })
}

/** A paid order with one value, found by `place`, replaced. */
function spoiled(place: number, by: unknown): object {
  const order = paidOrder('spoiled')
  const keys = Object.keys(order)
  const key = keys[place % keys.length] ?? ''
  const value = order[key]
  if (typeof value !== 'object' || value === null || place % 2 === 0) return { ...order, [key]: by }
  const inner = Object.keys(value)
  return { ...order, [key]: { ...value, [inner[place % inner.length] ?? 'x']: by } }
}

const types = fc.constantFrom('order_paid', 'order_amended', 'order_cancelled', 'order_refunded', ...hostileTexts)
const messages = fc.oneof(
  fc
    .tuple(types, fc.nat(200), fc.oneof(fc.constantFrom(...hostileTexts), fc.jsonValue()))
    .map(([type, place, by]) => Buffer.from(JSON.stringify({ type, data: spoiled(place, by) }))),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.from(`{"type":"order_paid","data":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`),
    Buffer.from(JSON.stringify({ type: 'order_paid', data: { a: 'x'.repeat(300_000) } })),
    Buffer.from('{"type":"order_paid","data":{"orderNumber":"P-\\ud800"}}'),
    Buffer.from('{"type":"order_paid","data":{"__proto__":{"orderNumber":"P-1"}}}'),
  ),
)

describe('webhooks that are signed by the shop', () => {
  test('of any content are taken or refused, and never a bug', async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (body) => {
        const answer = await post(body)

        expect(faultsOf(answer, false), `${answer.status} ${answer.text} for ${body.subarray(0, 400)}`).toEqual([])
      }),
      { seed, numRuns, endOnFailure: true },
    )
  }, 120_000)

  test('are not believed under headers that lie', async () => {
    const body = Buffer.from('{"type":"order_paid","data":{}}')
    const lies: readonly Record<string, string>[] = [
      { 'webhook-id': 'a b' },
      { 'webhook-id': 'x'.repeat(500) },
      { 'webhook-timestamp': '1e9' },
      { 'webhook-timestamp': '99999999999999999999' },
      { 'webhook-signature': 'v1,AAAA' },
      { 'webhook-signature': 'v1,' },
      { 'webhook-signature': `${'v1,AAAA '.repeat(500)}` },
    ]

    for (const lie of lies) {
      const answer = await post(body, lie)
      expect([answer.status, ...faultsOf(answer, true)]).toEqual([401])
    }
  })
})

describe('what is no HTTP', () => {
  const said = (bytes: string | Buffer) =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(app.address)
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(bytes))
      const chunks: Buffer[] = []
      socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')))
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', reject)
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
    })

  test.each([
    ['nonsense', 'hello\r\n\r\n', 400],
    ['a binary blob', Buffer.from([0, 255, 10, 13, 10, 13, 10]), 400],
    ['two lengths', 'POST /hooks/pulse HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /hooks/pulse HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a header without a name', 'GET / HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n', 400],
    ['headers of 40 kB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
    ['a raw line feed in the path', 'GET /a\nb HTTP/1.1\r\nhost: x\r\n\r\n', 400],
  ])('%s is told so as a problem, and the connection ends', async (_what, bytes, status) => {
    const answer = await said(bytes)
    const [head = '', body = ''] = answer.split('\r\n\r\n')

    expect(head).toContain(`HTTP/1.1 ${status} `)
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String), hint: expect.any(String) })
  })
})
