import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NexusError } from '../platform/errors.ts'
import type { StreamEvent, Subscribe } from '../platform/http-types.ts'

export type StreamLimits = {
  readonly heartbeatSeconds: number
  readonly longestSeconds: number
  /** How soon a stream ends whose reader was let in by a token, session or role that is gone. */
  readonly recheckSeconds: number
  /** A reader who lets more than this pile up is dropped. */
  readonly bufferBytes: number
  readonly streams: number
}

export const streamLimits: StreamLimits = {
  heartbeatSeconds: 15,
  longestSeconds: 900,
  recheckSeconds: 20,
  bufferBytes: 1 << 18,
  streams: 500,
}

type StillAllowed = (request: FastifyRequest) => Promise<boolean>

/** Gives every reply `sse(subscribe)`, and ends all streams when the server stops. `opened` hears of each of them. */
export function serveEvents(
  app: FastifyInstance,
  stillAllowed: StillAllowed,
  opened: (request: FastifyRequest) => void,
  limits = streamLimits,
): { readonly count: () => number } {
  const open = new Set<() => void>()
  app.decorateReply('sse', async function (this: FastifyReply, subscribe: Subscribe) {
    if (open.size >= limits.streams) {
      throw new NexusError(
        'http.too_many_streams',
        'too_many',
        `There are ${limits.streams} event streams open already.`,
      )
    }
    if (this.request.method === 'HEAD') {
      this.type('text/event-stream; charset=utf-8').send('')
      return
    }
    opened(this.request)
    return stream(this, subscribe, { limits, open, stillAllowed })
  })
  app.addHook('preClose', async () => {
    for (const end of [...open]) end()
  })
  return { count: () => open.size }
}

export function eventText({ event, id, data }: StreamEvent): string {
  const line = (word: string, value: string | undefined) =>
    value === undefined ? '' : `${word}: ${value.replace(/[\r\n\0]/g, ' ')}\n`
  return `${line('event', event)}${line('id', id)}data: ${JSON.stringify(data)}\n\n`
}

async function stream(
  reply: FastifyReply,
  subscribe: Subscribe,
  { limits, open, stillAllowed }: { limits: StreamLimits; open: Set<() => void>; stillAllowed: StillAllowed },
): Promise<void> {
  const gone = new AbortController()
  const out = reply.raw
  reply.hijack()
  out.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const write = (text: string): boolean => {
    if (gone.signal.aborted) return false
    if (out.writableLength + text.length > limits.bufferBytes) {
      reply.log.warn({ requestId: reply.request.id }, 'an event stream was dropped: its reader does not keep up')
      gone.abort()
      out.destroy()
      return false
    }
    out.write(text)
    return true
  }
  const end = () => {
    if (gone.signal.aborted) return
    gone.abort()
    out.end()
  }
  open.add(end)
  out.on('close', () => gone.abort())
  out.on('error', () => gone.abort())
  const heartbeat = setInterval(() => write(': still here\n\n'), limits.heartbeatSeconds * 1000)
  const recheck = setInterval(() => {
    stillAllowed(reply.request).then(
      (may) => may || end(),
      (error: unknown) => reply.log.warn({ err: error }, 'whether a reader may stay could not be asked'),
    )
  }, limits.recheckSeconds * 1000)
  const longest = setTimeout(end, limits.longestSeconds * 1000)
  const over = new Promise<void>((resolve) => gone.signal.addEventListener('abort', () => resolve(), { once: true }))
  let stop: (() => void) | undefined
  try {
    write(`retry: 2000\n\n`)
    stop = await subscribe((event) => write(eventText(event)), gone.signal)
    await over
  } catch (thrown) {
    reply.log.error({ err: thrown, requestId: reply.request.id }, 'an event stream failed')
    end()
  } finally {
    clearInterval(heartbeat)
    clearInterval(recheck)
    clearTimeout(longest)
    open.delete(end)
    stop?.()
  }
}
