import type { Registry } from 'prom-client'
import { z } from 'zod'
import { type CheckResult, checkStatuses, foldChecks } from '../platform/check.ts'
import type { Routes } from '../platform/http-types.ts'
import { plainLine } from '../platform/plain-text.ts'
import { sorted } from './http-openapi.ts'

const HealthView = z.object({ status: z.literal('up') }).meta({ id: 'Health' })

const ReadinessView = z
  .object({
    status: z.enum(['pass', 'warn', 'fail']),
    checks: z.array(
      z.object({ name: z.string(), title: z.string(), status: z.enum(checkStatuses), summary: z.string() }),
    ),
  })
  .meta({ id: 'Readiness' })

type Deps = {
  readonly ready: () => Promise<readonly CheckResult[]>
  readonly metrics: Registry
  readonly now: () => Date
}

/** What machines ask of the process itself: is it there, may it be sent work, how is it doing. */
export const systemRoutes =
  ({ ready, metrics, now }: Deps): Routes =>
  async (app) => {
    const open = { permission: 'public' as const, unlimited: true, urgent: true }
    app.get(
      '/health',
      { config: open, schema: { operationId: 'getHealth', tags: ['system'], response: { 200: HealthView } } },
      async () => ({ status: 'up' as const }),
    )
    app.get(
      '/ready',
      {
        config: open,
        schema: { operationId: 'getReadiness', tags: ['system'], response: { 200: ReadinessView, 503: ReadinessView } },
      },
      async (_request, reply) => {
        const view = toReadiness(await within(ready, 5, now))
        if (view.status === 'fail') return reply.code(503).header('retry-after', '5').send(view)
        return reply.code(200).send(view)
      },
    )
    app.get('/metrics', { config: open }, async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    )
    app.get('/openapi.json', { config: { permission: 'public' } }, async () => sorted(app))
  }

const toReadiness = (results: readonly CheckResult[]) => ({
  status: foldChecks(results),
  checks: results.map(({ name, title, status, summary }) => ({ name, title, status, summary: plainLine(summary) })),
})

/** A check that throws or does not come back is `unknown`, which refuses. */
async function within(ready: Deps['ready'], seconds: number, now: () => Date): Promise<readonly CheckResult[]> {
  const silent = (summary: string): readonly CheckResult[] => [
    {
      name: 'readiness',
      title: 'Readiness can be judged',
      status: 'unknown',
      summary,
      asked: '/ready',
      vantage: 'control plane',
      at: now().toISOString(),
    },
  ]
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly CheckResult[]>((resolve) => {
    timer = setTimeout(() => resolve(silent(`no answer within ${seconds} s`)), seconds * 1000)
  })
  try {
    return await Promise.race([ready().catch(() => silent('the checks themselves failed; see the log')), late])
  } finally {
    clearTimeout(timer)
  }
}
