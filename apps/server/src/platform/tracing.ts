import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { toFailure } from './errors.ts'
import { plainLine } from './plain-text.ts'

export type TraceFacts = Readonly<Record<string, string | number | boolean>>

const within = new AsyncLocalStorage<Span>()
let tracer: Tracer | undefined

/** Where spans go from now on; undefined, as at the start: nowhere, and `traced` is the work alone. */
export function traceTo(given: Tracer | undefined): void {
  tracer = given
}

/**
 * Does the work inside a span below the one at hand, or below `parent` (as `traceParent` answered it elsewhere, maybe
 * on another node a day ago). Facts hold names and numbers, never a secret.
 */
export async function traced<T>(
  name: string,
  facts: TraceFacts,
  work: (note: (more: TraceFacts) => void) => Promise<T>,
  parent?: string,
): Promise<T> {
  if (!tracer) return work(() => {})
  const span = tracer.startSpan(plainLine(name, 200), { attributes: plain(facts) }, contextOf(parent))
  try {
    return await within.run(span, () => work((more) => span.setAttributes(plain(more))))
  } catch (thrown) {
    const { code, message } = toFailure(thrown)
    span.setStatus({ code: SpanStatusCode.ERROR, message: plainLine(message) })
    span.setAttribute('error.type', code)
    throw thrown
  } finally {
    span.end()
  }
}

/** A span that ends by itself, for what begins and ends in two places: `inside` runs what belongs into it. */
export function openSpan(name: string, facts: TraceFacts, parent?: string) {
  if (!tracer) return undefined
  const span = tracer.startSpan(plainLine(name, 200), { attributes: plain(facts) }, contextOf(parent))
  return {
    inside: <T>(work: () => T): T => within.run(span, work),
    end: (more: TraceFacts, failed: boolean) => {
      span.setAttributes(plain(more))
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

/** The span at hand as W3C Trace Context writes it, to be kept in a row and gone on from later. */
export function traceParent(): string | undefined {
  const found = within.getStore()?.spanContext()
  return found && `00-${found.traceId}-${found.spanId}-0${found.traceFlags & 1}`
}

function contextOf(parent: string | undefined): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent ?? '') ?? []
  if (traceId && spanId && flags)
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16) & 1,
      isRemote: true,
    })
  const here = within.getStore()
  return here ? trace.setSpan(ROOT_CONTEXT, here) : ROOT_CONTEXT
}

const plain = (facts: TraceFacts): TraceFacts =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? plainLine(value) : value]),
  )
