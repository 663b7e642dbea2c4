import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import type { Reviewed } from './access-review.ts'
import { PersonView, TokenView, toPersonView } from './access-routes.ts'
import type { Access } from './access-service.ts'

const ReviewedView = PersonView.extend({
  signsIn: z.boolean().meta({ description: 'Linked to an account at the identity provider.' }),
  openSessions: z.number(),
  lastUsedAt: z.date().optional().meta({ description: 'Of any token or session, ended ones too.' }),
  tokens: z.array(TokenView.omit({ personId: true, revokedAt: true }).extend({ stale: z.array(z.string()) })),
  stale: z.array(z.string()).meta({ description: 'What an auditor would ask about.' }),
}).meta({ id: 'ReviewedPerson' })

const toView = ({ signsIn, openSessions, lastUsedAt, tokens, stale, ...person }: Reviewed) => ({
  ...toPersonView(person),
  signsIn,
  openSessions,
  lastUsedAt,
  tokens: tokens.map((token) => ({
    ...token,
    permissions: token.permissions === undefined ? undefined : [...token.permissions],
    stale: [...token.stale],
  })),
  stale: [...stale],
})

export const accessReviewRoutes =
  ({ access }: { readonly access: Access }): Routes =>
  async (app) => {
    app.get(
      '/access/review',
      {
        config: { permission: 'access.read' },
        schema: {
          operationId: 'reviewAccess',
          tags: ['access'],
          summary: 'Everybody with roles, limits, working tokens, last use, and what is stale.',
          querystring: z.object({
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
            staleDays: z.coerce.number().int().min(1).max(3650).default(90),
          }),
          response: { 200: z.object({ items: z.array(ReviewedView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query }) => {
        const found = await access.reviewAccess(actor, query)
        const last = found.length === query.limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last === undefined ? {} : { next: last.id }) }
      },
    )
  }
