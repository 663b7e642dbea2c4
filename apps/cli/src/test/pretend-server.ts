import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}
type Answer = {
  readonly status?: number
  readonly body: unknown /** Server-sent events, which stay open. */
  readonly events?: string
}
export type Answers = Readonly<Record<string, (asked: Asked) => Answer>>

export type PretendServer = {
  readonly url: string
  readonly asked: Asked[]
  /** As a killed nexusd: connections break, the port is closed. */
  readonly kill: () => Promise<void>
  readonly startAgain: () => Promise<void>
}

/** Speaks the API's shapes: `GET /api/v1/orders/{n}` by its exact path, problem+json for what it does not know. */
export async function pretendServer(answers: Answers): Promise<PretendServer> {
  const asked: Asked[] = []
  let server: Server | undefined
  const listen = (port: number) =>
    new Promise<number>((done) => {
      const fresh = createServer(async (request, response) => {
        const url = new URL(request.url ?? '/', 'http://pretend')
        const path = decodeURIComponent(url.pathname)
        if (path === '/api/v1/events') {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 10\n\n')
          return
        }
        const raw = await text(request)
        const one: Asked = {
          method: request.method ?? '',
          path,
          query: Object.fromEntries(url.searchParams),
          headers: request.headers,
          body: raw ? JSON.parse(raw) : undefined,
        }
        asked.push(one)
        const answer = answers[`${one.method} ${path}`]?.(one) ?? problem('missing', 404, `There is no ${path}.`)
        if (answer.events !== undefined) {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write(answer.events)
          return
        }
        const status = answer.status ?? 200
        const type = status < 400 ? 'application/json' : 'application/problem+json'
        response.writeHead(status, { 'content-type': type }).end(JSON.stringify(answer.body))
      })
      server = fresh
      fresh.listen(port, '127.0.0.1', () => {
        const address = fresh.address()
        done(typeof address === 'object' && address ? address.port : 0)
      })
    })
  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    kill: () =>
      new Promise((done) => {
        server?.close(() => done())
        server?.closeAllConnections()
      }),
    startAgain: async () => {
      await listen(port)
    },
  }
}

export const problem = (kind: string, status: number, message: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title: kind, status, detail: message, code: `test.${kind}`, kind, message, ...more },
})
