import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../apps/server/test/harness/pretend-app.ts'
import { firstAdminToken } from '../../apps/server/test/harness/pretend-caller.ts'
import { webhookSecret } from '../../apps/server/test/harness/pretend-shop.ts'

/** `./bin/test --all` sends the whole flood, each other run a part of it. */
const whole = { repeats: 10_000, orders: 1000 }
const { repeats, orders } = process.env['NEXUS_TEST_ALL'] === '1' ? whole : { repeats: 1500, orders: 250 }
/** Every sender waits so long for an answer; a request waits 20 s for its turn at most and is told to come again then. */
const answerSeconds = 60
const limits = { providerCalls: 3, hostPrograms: 2, workers: 10, databasePool: 10, hostsPerDay: 0 }

let app: PretendApp
let token = ''
const agent = new Agent({ keepAlive: true, maxSockets: orders })

beforeAll(async () => {
  app = await pretendApp({ settings: limits })
  token = await firstAdminToken(app)
}, 60_000)

afterAll(async () => {
  agent.destroy()
  await app?.stop()
}, 60_000)

/** As the shop does it: again and again, as late as it is told, until it hears that the order is taken. */
async function insist(
  data: object,
  id: string,
): Promise<{ readonly answers: readonly Answer[]; readonly seconds: number }> {
  const answers: Answer[] = []
  const begun = performance.now()
  for (;;) {
    const answer = await send(data, id)
    answers.push(answer)
    if (answer.status !== 503 || answer.retryAfter === undefined)
      return { answers, seconds: (performance.now() - begun) / 1000 }
    await new Promise((resolve) => setTimeout(resolve, Number(answer.retryAfter) * 1000))
  }
}

type Answer = {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
  readonly seconds: number
}

/** One webhook, signed now, as the shop sends it. A connection that breaks counts as status 0. */
function send(data: object, id: string): Promise<Answer> {
  const body = JSON.stringify({ type: 'order_paid', data })
  const at = new Date()
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(webhookSecret).sign(id, at, body),
  }
  const begun = performance.now()
  const took = () => (performance.now() - begun) / 1000
  return new Promise((resolve) => {
    const outgoing = request(`${app.address}/hooks/pulse`, { method: 'POST', agent, headers }, (incoming) => {
      let text = ''
      incoming.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
      })
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          retryAfter: incoming.headers['retry-after'],
          text,
          seconds: took(),
        }),
      )
    })
    outgoing.on('error', () => resolve({ status: 0, retryAfter: undefined, text: '', seconds: took() }))
    outgoing.end(body)
  })
}

const count = <T>(answers: readonly T[], of: (each: T) => string | number) =>
  Object.fromEntries([...Map.groupBy(answers, of)].map(([key, found]) => [key, found.length]))

/** So many of them under way at once, until all are done. */
async function crowd<T>(size: number, atOnce: number, work: (place: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < size) {
        const place = next
        next += 1
        answers[place] = await work(place)
      }
    }),
  )
  return answers
}

const at = (seconds: readonly number[], share: number) =>
  (seconds.toSorted((one, other) => one - other)[Math.ceil(seconds.length * share) - 1] ?? 0).toFixed(1)

const metric = async (name: string): Promise<number[]> => {
  const text = await (await fetch(`${app.address}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => Number(line.split(' ').at(-1)))
}

describe('a flood', () => {
  test(`of ${repeats} repeated webhooks gives one ticket`, async () => {
    const order = app.order('repeated')
    const begun = performance.now()

    const answers = await crowd(repeats, 100, (place) => send(order, place % 2 === 0 ? 'msg_same' : `msg_${place}`))

    const seconds = (performance.now() - begun) / 1000
    process.stdout.write(
      `flood: ${repeats} of ${whole.repeats} repeats in ${seconds.toFixed(1)} s, ${Math.round(repeats / seconds)} a second\n`,
    )
    const answered = count(answers, (each) => each.status)
    const tickets = await app.db.rows(`select 1 from orders where order_number = 'P-repeated'`)
    const runs = await app.db.rows(`select id from run where flow = 'deliver-order'`)
    expect(answered[202]).toBe(1)
    expect(answered[200]).toBe(repeats - 1)
    expect([tickets.length, runs.length]).toEqual([1, 1])
  }, 600_000)

  test(`of ${orders} orders at once is taken whole, and worked off within the limits`, async () => {
    const before = process.memoryUsage().rss
    const begun = performance.now()
    let most = { provider: 0, working: 0 }
    let looking = true
    const looked = (async () => {
      while (looking) {
        const [provider, working] = await Promise.all([
          metric('nexus_provider_calls{'),
          metric('nexus_queue_runs{state="working"}'),
        ])
        most = {
          provider: Math.max(most.provider, ...provider.filter((_each, place) => place % 2 === 0)),
          working: Math.max(most.working, ...working),
        }
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    })()

    const answers = await Promise.all(
      Array.from({ length: orders }, (_each, place) => insist(app.order(`many${place}`), `msg_many_${place}`)),
    )

    const seconds = (performance.now() - begun) / 1000
    const taken = answers.map((each) => each.answers.at(-1))
    const later = answers.filter((each) => each.answers.length > 1).length
    const untilTaken = answers.map((each) => each.seconds)
    const each = answers.flatMap((one) => one.answers.map((answer) => answer.seconds))
    const tickets = new Set(taken.map((each) => each?.text))
    expect(count(taken, (each) => each?.status ?? 0)).toEqual({ 202: orders })
    expect(tickets.size).toBe(orders)
    await expect
      .poll(
        async () =>
          (await app.db.row<{ count: number }>(`select count(*) as count from orders where state = 'Live'`))?.count,
        {
          timeout: 180_000,
          interval: 500,
        },
      )
      .toBeGreaterThanOrEqual(5)
    looking = false
    await looked
    const grown = (process.memoryUsage().rss - before) / 2 ** 20
    process.stdout.write(
      `flood: ${orders} of ${whole.orders} orders at once taken in ${seconds.toFixed(1)} s (p50 ${at(untilTaken, 0.5)}, p95 ${at(untilTaken, 0.95)}), ${later} of them when they came again; an answer: p50 ${at(each, 0.5)} s, p95 ${at(each, 0.95)}, longest ${at(each, 1)}; at once: ${most.provider} calls to a provider, ${most.working} runs; ${grown.toFixed(0)} MB more\n`,
    )
    expect(most.provider).toBeLessThanOrEqual(limits.providerCalls)
    expect(most.working).toBeGreaterThan(0)
    expect(most.working).toBeLessThanOrEqual(limits.workers)
    expect(grown).toBeLessThan(500)
    expect(Math.max(...each)).toBeLessThan(answerSeconds)
  }, 600_000)
})

describe('a reader of events who does not keep up', () => {
  test('is dropped, and the others hear on', async () => {
    const asking = (paused: boolean) =>
      new Promise<{ socket: Socket; heard: () => number }>((resolve) => {
        const { hostname, port } = new URL(app.address)
        let heard = 0
        const socket = connect({ host: hostname, port: Number(port) }, () => {
          socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`)
        })
        socket.once('data', () => {
          if (paused) socket.pause()
          else
            socket.on('data', (chunk: Buffer) => {
              heard += chunk.length
            })
          resolve({ socket, heard: () => heard })
        })
        socket.on('error', () => {})
      })
    const slow = await asking(true)
    const quick = await asking(false)
    const open = async () => (await metric('nexus_event_streams '))[0]
    const before = await open()

    const long = randomBytes(3500).toString('hex')
    await expect
      .poll(
        async () => {
          for (let each = 0; each < 200; each += 1)
            await app.db.rows(`select pg_notify('nexus_event', $1)`, [JSON.stringify({ subject: 's', action: long })])
          return await open()
        },
        { timeout: 60_000, interval: 10 },
      )
      .toBe((before ?? 0) - 1)

    const then = quick.heard()
    await app.db.rows(`select pg_notify('nexus_event', $1)`, [JSON.stringify({ subject: 's', action: 'after' })])
    await expect.poll(() => quick.heard(), { timeout: 10_000 }).toBeGreaterThan(then)
    slow.socket.destroy()
    quick.socket.destroy()
  }, 120_000)
})
