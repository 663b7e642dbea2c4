import { randomUUID } from 'node:crypto'
import tls from 'node:tls'
import type { AnswerOf, ItemOf, NexusClient, ServerEvent } from '@nexus/client'
import type { Connection } from './contexts.ts'
import { kindOf, misused } from './failure.ts'
import { type OperationName, operations } from './operations.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>
export type Input = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Query
  readonly body?: unknown
  /** How long the server may take to answer. */
  readonly timeoutSeconds?: number
}

/** The one way to the server: by the operation ids of its OpenAPI document. A failure throws with `code` and `kind`. */
export type Api = {
  readonly call: <Op extends OperationName>(operation: Op, input?: Input) => Promise<AnswerOf<Op>>
  /** Tells what happens until `signal` ends it; comes back by itself after a restart of the server. */
  readonly follow: (onEvent: (event: ServerEvent) => void, signal: AbortSignal) => Promise<void>
  /** The same for another stream; one that was cut off goes on where it was. */
  readonly stream: (
    operation: OperationName,
    params: Readonly<Record<string, string>>,
    onEvent: (event: ServerEvent) => void,
    signal: AbortSignal,
  ) => Promise<void>
}

type Deps = { readonly connect: () => Promise<Connection>; readonly fetch?: typeof globalThis.fetch }
type Request = (
  method: string,
  path: string,
  init: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data?: unknown }>

const answerSeconds = 60
const giveUpSeconds = 600

export function createApi({ connect, fetch }: Deps): Api {
  let made: Promise<NexusClient> | undefined
  const client = () => {
    made ??= makeClient()
    return made
  }

  async function makeClient(): Promise<NexusClient> {
    const { createClient } = await import('@nexus/client')
    const { server, token, ca } = await connect()
    if (ca !== undefined) trust(ca)
    if (!URL.canParse(server)) throw misused(`${server} is no address of a server.`, 'Write it as https://name:port.')
    return createClient({ server, token, giveUpSeconds, ...(fetch ? { fetch } : {}) })
  }

  return {
    call: async <Op extends OperationName>(operation: Op, input: Input = {}) => {
      const [method, path] = operations[operation]
      const { params = {}, query = {}, body, timeoutSeconds = answerSeconds } = input
      const empty = Object.entries(params).find(([, value]) => value.trim() === '')
      if (empty) throw misused(`The ${empty[0]} is empty.`)
      // The table of operations is compared with the server's own description by a test; here it stands for its types.
      const { request } = (await client()) as unknown as { readonly request: Request }
      const { data } = await request(method.toLowerCase(), path, {
        params: { path: params, query },
        ...(body === undefined ? {} : { body }),
        headers: method === 'POST' ? { 'idempotency-key': randomUUID() } : {},
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
        redirect: 'error',
      })
      return data as AnswerOf<Op>
    },
    follow: async (onEvent, signal) => (await client()).events(operations.watchEvents[1], onEvent, signal),
    stream: async (operation, params, onEvent, signal) => {
      const path = operations[operation][1].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(params[name] ?? ''),
      )
      return (await client()).events(path, onEvent, signal)
    },
  }
}

/** For the whole of this short-lived process: it talks to this one server. */
function trust(authority: string): void {
  if (typeof tls.setDefaultCACertificates !== 'function')
    throw misused('--ca takes Node 24.', 'With an older one: NODE_EXTRA_CA_CERTS=<file> nexusctl ...')
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authority])
}

/** The operations that answer page by page. */
export type ListName = {
  [Op in OperationName]: AnswerOf<Op> extends { items: readonly unknown[] } ? Op : never
}[OperationName]

/** Some of what there is: pages are read until `limit` items came. `more` says that there would be others. */
export async function listOf<Op extends ListName>(
  api: Api,
  operation: Op,
  { limit = 100, ...query }: Query & { readonly limit?: number },
  params: Readonly<Record<string, string>> = {},
): Promise<{ readonly items: ReadonlyArray<ItemOf<Op>>; readonly more: boolean }> {
  const items: Array<ItemOf<Op>> = []
  let after: string | undefined
  do {
    const asked = { ...query, limit: Math.min(200, limit - items.length), after }
    // Every operation of ListName answers so; TypeScript cannot follow the condition through a type parameter.
    const page = (await api.call(operation, { params, query: asked })) as { items: Array<ItemOf<Op>>; next?: string }
    items.push(...page.items)
    after = page.items.length > 0 ? page.next : undefined
  } while (after !== undefined && items.length < limit)
  return { items: items.slice(0, limit), more: after !== undefined || items.length > limit }
}

/** The server is away, restarting or too busy: worth another try. */
export const isAway = (thrown: unknown): boolean => ['unavailable', 'too_many'].includes(kindOf(thrown))
