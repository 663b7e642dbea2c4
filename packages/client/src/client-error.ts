/** What kind of failure it was; the CLI's exit codes and the console's words are made from it. */
export type ClientErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'too_large'
  | 'too_many'
  | 'unavailable'
  | 'bug'

export type ClientProblem = { readonly path: string; readonly message: string }

type Told = {
  readonly code: string
  readonly kind: ClientErrorKind
  readonly message: string
  readonly status?: number | undefined
  readonly hint?: string | undefined
  readonly problems?: readonly ClientProblem[] | undefined
  readonly requestId?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** Every failure of a call, in the server's own words where it said any. Match on `code` or `kind`. */
export class ClientError extends Error {
  readonly code: string
  readonly kind: ClientErrorKind
  /** Undefined when there was no answer at all. */
  readonly status: number | undefined
  readonly hint: string | undefined
  readonly problems: readonly ClientProblem[] | undefined
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(told: Told) {
    super(told.message, told.cause === undefined ? undefined : { cause: told.cause })
    this.name = 'ClientError'
    this.code = told.code
    this.kind = told.kind
    this.status = told.status
    this.hint = told.hint
    this.problems = told.problems
    this.requestId = told.requestId
    this.retryAfterSeconds = told.retryAfterSeconds
  }
}

const kindOfStatus: Record<number, ClientErrorKind> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  413: 'too_large',
  415: 'invalid',
  429: 'too_many',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

const kinds = new Set<string>([...Object.values(kindOfStatus), 'bug'])

/** Reads an answer that is not a success: problem+json of Nexus, or whatever stands between. */
export async function toClientError(response: Response): Promise<ClientError> {
  const { status } = response
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterSeconds = Number.isFinite(wait) ? wait : undefined
  const told = await readProblem(response)
  const kind = typeof told?.kind === 'string' && kinds.has(told.kind) ? (told.kind as ClientErrorKind) : undefined
  if (told && kind && typeof told.code === 'string') {
    return new ClientError({
      code: told.code,
      kind,
      status,
      message: text(told.message) ?? `The server answered ${status}.`,
      hint: text(told.hint),
      problems: Array.isArray(told.problems) ? (told.problems as ClientProblem[]) : undefined,
      requestId: text(told.requestId),
      retryAfterSeconds,
    })
  }
  return new ClientError({
    code: 'client.unexpected_answer',
    kind: kindOfStatus[status] ?? 'bug',
    status,
    message: `The server answered ${status} without saying why.`,
    hint: 'Is this the address of nexusd, and not of something in front of it?',
    retryAfterSeconds,
  })
}

export const unreachable = (server: string, cause: unknown): ClientError =>
  new ClientError({
    code: 'client.unreachable',
    kind: 'unavailable',
    message: `There is no answer from ${server || 'the server'}.`,
    hint: 'Is nexusd running there? The address is set with --server, NEXUS_SERVER or a context.',
    cause,
  })

export const plainHttp = (server: string): ClientError =>
  new ClientError({
    code: 'client.plain_http',
    kind: 'invalid',
    message: `A token is not sent to ${server} over plain HTTP.`,
    hint: 'Use https, or a tunnel to the machine: ssh -L 7700:127.0.0.1:7700 user@machine.',
  })

async function readProblem(response: Response): Promise<Record<string, unknown> | undefined> {
  if (!response.headers.get('content-type')?.includes('application/problem+json')) return undefined
  try {
    const found: unknown = await response.clone().json()
    return found && typeof found === 'object' ? (found as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
