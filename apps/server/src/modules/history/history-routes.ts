import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import type { History } from './history-service.ts'

const HistoryView = z
  .object({
    id: z.string(),
    at: z.date(),
    actor: z.string(),
    onBehalfOf: z.string().optional(),
    action: z.string(),
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    reason: z.string().optional(),
  })
  .meta({ id: 'HistoryEntry' })

export const historyRoutes =
  ({ history }: { readonly history: History }): Routes =>
  async (app) => {
    app.get(
      '/history',
      {
        config: { permission: 'history.read' },
        schema: {
          operationId: 'listHistory',
          tags: ['history'],
          summary: 'Who changed what and when, newest first.',
          querystring: z.object({
            subject: z.string().max(200).optional(),
            actor: z.string().max(200).optional().meta({ description: 'Who acted, or on whose behalf.' }),
            action: z.string().max(100).optional().meta({ description: 'One action, or all of a noun: `order`.' }),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
          }),
          response: { 200: z.object({ items: z.array(HistoryView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query }) => {
        const found = await history.list(actor, query)
        const last = found.length === query.limit ? found.at(-1) : undefined
        return { items: found, ...(last ? { next: last.id } : {}) }
      },
    )
  }
