import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { detailOf, doneSteps, failedStep, orders, runningStep, timelineOf } from './recorded-api.ts'

export const goodToken = 'nxt_0123456789abcdef'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export type RecordedServer = {
  readonly url: string
  /** Changes what the next look finds, and tells it unless told not to. */
  readonly beginStep: (name: string, note?: string, tell?: boolean) => void
  /** What was asked for, with the query: a token must never be in it. */
  readonly asked: string[]
  readonly listeners: () => number
  readonly cutStreams: () => void
  readonly takeStreams: (taken: boolean) => void
  readonly revokeToken: () => void
  readonly close: () => Promise<void>
}

/** Serves a built console and recorded answers; its stream of events says what the test says. */
export async function startRecordedServer(dist: string): Promise<RecordedServer> {
  const streams = new Set<ServerResponse>()
  const asked: string[] = []
  let accepted = goodToken
  let streaming = true
  let steps = [...doneSteps(6), runningStep(6, 'open the instance', 'waiting for port 22, 14 of 90 s')]

  const answer = (response: ServerResponse, status: number, body: object) => {
    const type = status === 200 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body))
  }
  const problem = (response: ServerResponse, status: number, kind: string, message: string) =>
    answer(response, status, { code: `test.${kind}`, kind, message, hint: 'Look at the recorded server.' })

  function serveApi(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const path = url.pathname.replace('/api/v1', '')
    if (path === '/sign-in') answer(response, 200, {})
    else if (request.headers.authorization !== `Bearer ${accepted}`)
      problem(response, 401, 'unauthenticated', 'This token is unknown, has ended or was revoked.')
    else if (path === '/whoami') answer(response, 200, { id: 'per_1', name: 'Ann Ops', permissions: [] })
    else if (path === '/events') serveEvents(response)
    else if (path === '/orders') answer(response, 200, { items: orders.filter((each) => isShown(each, url)) })
    else serveOrder(path, response)
  }

  function serveOrder(path: string, response: ServerResponse): void {
    const [, ticket, part] = /^\/orders\/([^/]+)(\/timeline)?$/.exec(path) ?? []
    const item = orders.find((each) => each.ticket === ticket)
    const story = item?.id === 'ord_over' ? [...doneSteps(12), failedStep] : steps
    if (!item) problem(response, 404, 'missing', `There is no order ${ticket}.`)
    else answer(response, 200, part ? timelineOf(item, story) : detailOf(item))
  }

  function serveEvents(response: ServerResponse): void {
    if (!streaming) {
      problem(response, 503, 'unavailable', 'No streams now.')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 2000\n\n: still here\n\n')
    streams.add(response)
    response.on('close', () => streams.delete(response))
  }

  async function serveFile(path: string, response: ServerResponse): Promise<void> {
    const name = path.startsWith('/assets/') ? normalize(path) : '/index.html'
    try {
      const body = await readFile(join(dist, name))
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://recorded.test')
    asked.push(`${url.pathname}${url.search}`)
    if (url.pathname.startsWith('/api/')) serveApi(url, request, response)
    else void serveFile(url.pathname, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutStreams = () => {
    for (const each of streams) each.destroy()
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    listeners: () => streams.size,
    beginStep: (name, note, tell = true) => {
      const position = steps.length
      const ended = { state: 'done', endedAt: new Date().toISOString(), seconds: 12.4, note: undefined }
      steps = [...steps.map((each) => ({ ...each, ...ended })), runningStep(position, name, note)]
      const data = JSON.stringify({ subject: 'ord_running', run: 'deliver-order:NX-1004:1', action: 'step.started' })
      if (tell) for (const each of streams) each.write(`event: happened\ndata: ${data}\n\n`)
    },
    cutStreams,
    takeStreams: (taken) => {
      streaming = taken
    },
    revokeToken: () => {
      accepted = 'nobody'
    },
    close: async () => {
      cutStreams()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function isShown(order: (typeof orders)[number], url: URL): boolean {
  if (url.searchParams.get('blocked') === 'true') return order['state'] === 'Blocked'
  if (url.searchParams.get('atRisk') === 'true') return order['atRiskAt'] !== undefined
  return true
}
