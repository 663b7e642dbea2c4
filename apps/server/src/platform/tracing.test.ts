import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, describe, expect, test } from 'vitest'
import { NexusError } from './errors.ts'
import { traced, traceParent, traceTo } from './tracing.ts'

afterEach(() => traceTo(undefined))

function collecting() {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  traceTo(provider.getTracer('test'))
  return () => exporter.getFinishedSpans()
}

describe('where nobody wants traces', () => {
  test('the work is done alone and no span is at hand', async () => {
    expect(await traced('anything', {}, async () => traceParent())).toBeUndefined()
  })
})

describe('a span', () => {
  test('lies below the one at hand, and goes on from a row on another node', async () => {
    const spans = collecting()
    let kept: string | undefined

    await traced('outer', {}, async () => {
      kept = traceParent()
      await traced('inner', {}, async () => {})
    })
    await traced('later', {}, async () => {}, kept)

    const [inner, outer, later] = spans()
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
    expect(later?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
    expect(later?.spanContext().traceId).toBe(outer?.spanContext().traceId)
  })

  test('keeps the code of a failure and loses hidden marks of its texts', async () => {
    const spans = collecting()
    const fail = traced('a\u202eb', { host: 'x\u001b[2Jy' }, async () => {
      throw new NexusError('host.unreachable', 'unavailable', 'no\u0007 answer')
    })

    await expect(fail).rejects.toMatchObject({ code: 'host.unreachable' })

    const [span] = spans()
    expect(span?.name).toBe('ab')
    expect(span?.attributes).toEqual({ host: 'xy', 'error.type': 'host.unreachable' })
    expect(span?.status.message).toBe('no answer')
  })

  test('begins a trace of its own where the parent is nonsense', async () => {
    const spans = collecting()

    await traced('alone', {}, async () => {}, '00-zz-zz-01')

    expect(spans()[0]?.parentSpanContext).toBeUndefined()
  })
})
