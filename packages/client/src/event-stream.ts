import { ClientError, toClientError, unreachable } from './client-error.ts'

/** `open` is told at every (re)connection: whatever happened in between was missed, so look again. */
export type ServerEvent = { readonly event: string; readonly id: string | undefined; readonly data: unknown }

export type StreamSource = {
  readonly url: string
  readonly server: string
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: typeof globalThis.fetch
  /** How long to try to come back before saying that nobody is there. */
  readonly giveUpSeconds: number
}

const longestLine = 1 << 20

/** Follows a stream of events until `signal` ends it; comes back by itself when the server went away. */
export async function followEvents(
  source: StreamSource,
  onEvent: (event: ServerEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  let lastId: string | undefined
  let heardAt = Date.now()
  let pause = 250
  let told: { thrown: unknown } | undefined
  const tell = (event: ServerEvent) => {
    try {
      onEvent(event)
    } catch (thrown) {
      told = { thrown }
      throw thrown
    }
  }
  while (!signal?.aborted) {
    try {
      const headers = {
        ...source.headers,
        accept: 'text/event-stream',
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      }
      const response = await source.fetch(source.url, { headers, ...(signal ? { signal } : {}) })
      if (!response.ok) throw await toClientError(response)
      heardAt = Date.now()
      pause = 250
      tell({ event: 'open', id: undefined, data: undefined })
      for await (const event of eventsOf(response)) {
        heardAt = Date.now()
        lastId = event.id ?? lastId
        tell(event)
      }
    } catch (thrown) {
      if (signal?.aborted) return
      if (told) throw told.thrown
      const mayComeBack =
        !(thrown instanceof ClientError) || thrown.kind === 'unavailable' || thrown.kind === 'too_many'
      if (!mayComeBack) throw thrown
      if (Date.now() - heardAt > source.giveUpSeconds * 1000) {
        throw thrown instanceof ClientError ? thrown : unreachable(source.server, thrown)
      }
    }
    await rest(pause, signal)
    pause = Math.min(pause * 2, 5000)
  }
}

/** Takes the text of a stream apart; a stream that ends in the middle of an event does not tell it. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  let fields: { event?: string; id?: string; data: string[] } = { data: [] }
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      rest += value
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > longestLine) throw new Error('a line of the event stream is too long')
      for (const line of lines.map((each) => each.replace(/\r$/, ''))) {
        if (line !== '') {
          take(fields, line)
          continue
        }
        if (fields.data.length > 0)
          yield { event: fields.event ?? 'message', id: fields.id, data: parsed(fields.data.join('\n')) }
        fields = { data: [] }
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function take(fields: { event?: string; id?: string; data: string[] }, line: string): void {
  const [, name, value = ''] = /^([^:]+):? ?(.*)$/s.exec(line) ?? []
  if (name === 'event') fields.event = value
  if (name === 'id') fields.id = value
  if (name === 'data') fields.data.push(value)
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}

const rest = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, milliseconds)
    signal?.addEventListener('abort', over, { once: true })
  })
