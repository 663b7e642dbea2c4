import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { LabError, messageOf } from './lab-error.ts'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: () => Promise<unknown>
}

export type Answer = { readonly status: number; readonly json?: unknown; readonly html?: string }

const largestBody = 1024 * 1024

const statusOf: Record<string, number> = {
  'request.invalid': 422,
  'request.forbidden': 403,
  'request.unauthorized': 401,
  'route.not_found': 404,
  'server.not_found': 404,
  'mail.not_found': 404,
  'server.refused': 409,
  'lab.full': 409,
}

/** A small server on loopback. Only callers that name loopback are heard, so that no web page can reach it by a trick of DNS. */
export function openHttp(port: number, answer: (asked: Asked) => Promise<Answer>): Promise<Server> {
  const server = createServer((request, response) => {
    reply(request, response, answer).catch(() => response.destroy())
  })
  return new Promise((ready, fail) => {
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => ready(server))
  })
}

async function reply(request: IncomingMessage, response: ServerResponse, answer: (asked: Asked) => Promise<Answer>) {
  const given = await answerOrSay(request, answer)
  const headers: Record<string, string> = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  if (given.html !== undefined) {
    headers['content-type'] = 'text/html; charset=utf-8'
    headers['content-security-policy'] =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
    response.writeHead(given.status, headers).end(given.html)
    return
  }
  headers['content-type'] = 'application/json'
  response.writeHead(given.status, headers).end(given.json === undefined ? '' : JSON.stringify(given.json))
}

async function answerOrSay(request: IncomingMessage, answer: (asked: Asked) => Promise<Answer>): Promise<Answer> {
  try {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    if (host !== '127.0.0.1' && host !== 'localhost') throw new LabError('request.forbidden', 'Ask by 127.0.0.1.')
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    return await answer({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: () => readBody(request),
    })
  } catch (error) {
    const code = error instanceof LabError ? error.code : 'lab.failed'
    return { status: statusOf[code] ?? 500, json: { code, message: messageOf(error) } }
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > largestBody) throw new LabError('request.invalid', 'The body is larger than 1 MB.')
    parts.push(part)
  }
  const text = Buffer.concat(parts).toString('utf8')
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new LabError('request.invalid', 'The body is not JSON.')
  }
}
