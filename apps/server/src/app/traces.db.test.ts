import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PretendApp, pretendApp } from '../../test/harness/pretend-app.ts'

type Span = { readonly name: string; readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string }

let collector: Server
let app: PretendApp
let ticket = ''
const spans: Span[] = []

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const sent = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
    }
    for (const each of sent.resourceSpans) for (const scope of each.scopeSpans) spans.push(...scope.spans)
    response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const { port } = collector.address() as AddressInfo
  app = await pretendApp({ settings: { otlpEndpoint: `http://127.0.0.1:${port}` } })
})

afterAll(async () => {
  await app?.stop()
  await new Promise((resolve) => collector.close(resolve))
})

describe('a trace', () => {
  test('goes from the webhook over the run and its steps to the commands on a host', async () => {
    ticket = (await app.post('order_paid', app.order('traced'))).ticket
    await app.until(ticket, ['Live'])
    const named = (name: RegExp) => spans.filter((each) => name.test(each.name))
    await expect.poll(() => named(/^run deliver-order/).length, { timeout: 20_000 }).toBe(1)

    const [webhook] = named(/^POST \/hooks\/pulse/)
    const [run] = named(/^run deliver-order/)
    const steps = spans.filter((each) => each.name.startsWith('step: ') && each.parentSpanId === run?.spanId)
    const stepIds = new Set(steps.map((each) => each.spanId))
    const below = spans.filter((each) => stepIds.has(each.parentSpanId ?? ''))

    expect(run?.parentSpanId).toBe(webhook?.spanId)
    expect(steps.length).toBeGreaterThan(10)
    expect(below.filter((each) => each.name.startsWith('host: ')).length).toBeGreaterThan(5)
    expect(below.some((each) => each.name === 'acme placeOrder')).toBe(true)
    expect(below.some((each) => each.name === 'mail send')).toBe(true)
    expect(new Set([webhook, run, ...steps, ...below].map((each) => each?.traceId)).size).toBe(1)
  })

  test('has figures beside it: steps, runs, the queue, the pool, nodes, providers and SSH', async () => {
    const text = await (await fetch(`${app.address}/metrics`)).text()
    const known = [
      'nexus_step_seconds_count{flow="deliver-order",outcome="done"}',
      'nexus_runs{flow="deliver-order",state="done"} 1',
      'nexus_queue_oldest_seconds',
      'nexus_database_connections{state="waiting"}',
      'nexus_nodes 1',
      'nexus_promises_overdue 0',
      'nexus_provider_call_seconds_count{provider="acme",call="placeOrder",outcome="answered"} 1',
      'nexus_provider_calls{provider="mail",state="running"} 0',
      'nexus_ssh_program_seconds_count{outcome="answered"}',
      'nexus_ssh_programs{state="running"}',
      'nexus_http_requests{state="waiting"} 0',
      'nexus_event_streams 0',
    ]

    expect(known.filter((each) => !text.includes(each))).toEqual([])
  })

  test('holds no secret that a step was given', async () => {
    const secrets = await Promise.all(
      (await app.services.secrets.list(app.me, { limit: 200 })).map(async ({ tenant, name, version }) =>
        app.services.secrets.reveal(app.me, `secret:${tenant}/${name}@${version}`),
      ),
    )
    const said = JSON.stringify(spans)

    expect(secrets.length).toBeGreaterThan(3)
    expect(said).toContain(ticket)
    expect(secrets.filter((each) => said.includes(each))).toEqual([])
  })
})
