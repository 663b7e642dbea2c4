/**
 * The typed client of Nexus, generated from the server's routes; nexusctl and the console stand on it.
 *
 *     const nexus = createClient({ server: 'https://nexus.example.com', token })
 *     const me = await answer(nexus.GET('/api/v1/whoami'))
 */
import createFetchClient, { type Client } from 'openapi-fetch'
import { plainHttp, toClientError, unreachable } from './client-error.ts'
import { followEvents, type ServerEvent } from './event-stream.ts'
import type { operations, paths } from './schema.ts'

export { ClientError, type ClientErrorKind, type ClientProblem } from './client-error.ts'
export type { ServerEvent } from './event-stream.ts'
export type { components, operations, paths } from './schema.ts'

export type ClientOptions = {
  /** Where nexusd is, e.g. `http://127.0.0.1:7700`; empty in a page that nexusd itself serves. */
  readonly server: string
  readonly token?: string | undefined
  /** In a page that is signed in by a cookie: what shows that it is a page of ours that asks. */
  readonly csrf?: string | undefined
  readonly fetch?: typeof globalThis.fetch
  /** How long `events` tries to come back to a server that went away. */
  readonly giveUpSeconds?: number
}

export type NexusClient = Client<paths> & {
  /** Follows a stream of events until `signal` ends it. Throws like every call when it is refused. */
  readonly events: (path: string, onEvent: (event: ServerEvent) => void, signal?: AbortSignal) => Promise<void>
}

/** Calls throw a `ClientError` on every answer that is not a success, and when there is none. */
export function createClient({
  server,
  token,
  csrf,
  fetch = globalThis.fetch,
  giveUpSeconds = 120,
}: ClientOptions): NexusClient {
  const base = server.replace(/\/+$/, '')
  if (token !== undefined && !mayCarryToken(base)) throw plainHttp(base)
  const headers: Record<string, string> = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(csrf === undefined ? {} : { 'x-nexus-csrf': csrf }),
  }
  const calls = createFetchClient<paths>({ baseUrl: base, headers, fetch: (request: Request) => fetch(request) })
  calls.use({
    onResponse: async ({ response }) => {
      if (!response.ok) throw await toClientError(response)
    },
    onError: ({ error }) => unreachable(base, error),
  })
  return {
    ...calls,
    events: (path, onEvent, signal) =>
      followEvents({ url: `${base}${path}`, server: base, headers, fetch, giveUpSeconds }, onEvent, signal),
  }
}

type Content<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : undefined
type Success<Responses> = Extract<keyof Responses, 200 | 201 | 202 | 204>

/** What the server answers an operation with, by its id in the OpenAPI document. */
export type AnswerOf<Operation extends keyof operations> = operations[Operation] extends { responses: infer Responses }
  ? Content<Responses[Success<Responses>]>
  : never

/** One of what a list answers. */
export type ItemOf<Operation extends keyof operations> =
  AnswerOf<Operation> extends { items: ReadonlyArray<infer Item> } ? Item : never

/** What a call was answered with. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  // A call that was not a success has thrown; a success without a body has no data, and its type says so.
  return (await call).data as T
}

function mayCarryToken(server: string): boolean {
  if (server === '') return true
  const { protocol, hostname } = new URL(server)
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
