import type { Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

export type Traces = { readonly tracer: Tracer; readonly close: () => Promise<void> }

/**
 * Spans over OTLP/HTTP to a collector. At most 2,048 wait to be sent; more are dropped, so that a collector that is
 * away or slow costs memory of a known size and no time.
 */
export function otlpTraces({ endpoint, node }: { endpoint: string; node: string }): Traces {
  const exporter = new OTLPTraceExporter({
    url: new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href,
    timeoutMillis: 5000,
  })
  const provider = new TracerProvider({
    sampler: new AlwaysOnSampler(),
    resource: resourceFromAttributes({
      'service.name': 'nexusd',
      'service.instance.id': node,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: 2048,
        maxExportBatchSize: 256,
        scheduledDelayMillis: 1000,
        exportTimeoutMillis: 5000,
      }),
    ],
  })
  return { tracer: provider.getTracer('nexus'), close: () => provider.shutdown() }
}
