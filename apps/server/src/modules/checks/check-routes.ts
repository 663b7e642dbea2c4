import { z } from 'zod'
import { checkStatuses, foldChecks } from '../../platform/check.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { CheckRecord } from './check-record.ts'
import type { Checks } from './check-service.ts'

const verdicts = ['pass', 'warn', 'fail'] as const

const CheckView = z
  .object({
    id: z.string(),
    subject: z.string(),
    name: z.string(),
    title: z.string(),
    status: z.enum(checkStatuses).meta({ description: '`unknown` refuses like `fail`.' }),
    summary: z.string(),
    asked: z.string(),
    vantage: z.string(),
    at: z.string(),
    seconds: z.number().optional(),
    evidence: z.string().optional(),
    runId: z.string().optional(),
    attestations: z
      .array(z.object({ actor: z.string(), actorName: z.string(), reason: z.string(), at: z.date() }))
      .meta({ description: 'What people said about it; the result stays as it was.' }),
  })
  .meta({ id: 'Check' })

const ChecklistView = z
  .object({
    checklist: z.string(),
    verdict: z.enum(verdicts),
    items: z.array(z.object({ name: z.string(), title: z.string(), status: z.enum(checkStatuses) })),
  })
  .meta({ id: 'Checklist' })

const toView = ({ attestations, runId, ...check }: CheckRecord): z.infer<typeof CheckView> => ({
  ...check,
  runId,
  attestations: attestations.map((each) => ({ ...each })),
})

const Subject = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'The id of what was looked at: an order, a host, an instance.' })

export const checkRoutes =
  ({ checks }: { readonly checks: Checks }): Routes =>
  async (app) => {
    const tags = ['checks']

    app.get(
      '/checks',
      {
        config: { permission: 'checks.read' },
        schema: {
          operationId: 'listChecks',
          tags,
          summary: 'The newest result of each check of a subject, with one verdict, and its checklists.',
          querystring: z.object({ subject: Subject }),
          response: {
            200: z.object({ verdict: z.enum(verdicts), items: z.array(CheckView), checklists: z.array(ChecklistView) }),
          },
        },
      },
      async ({ query: { subject } }) => {
        const [found, lists] = await Promise.all([checks.latest(subject), checks.checklists(subject)])
        const checklists = lists.map(({ checklist, verdict, items }) => ({
          checklist,
          verdict,
          items: items.map(({ name, title, status }) => ({ name, title, status })),
        }))
        return { verdict: foldChecks(found), items: found.map(toView), checklists }
      },
    )

    app.get(
      '/checks/history',
      {
        config: { permission: 'checks.read' },
        schema: {
          operationId: 'listCheckHistory',
          tags,
          querystring: z.object({
            subject: Subject,
            name: z.string().max(200).optional(),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
          }),
          response: { 200: z.object({ items: z.array(CheckView), next: z.string().optional() }) },
        },
      },
      async ({ query }) => {
        const found = await checks.history(query)
        const last = found.length === query.limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last ? { next: last.id } : {}) }
      },
    )

    app.post(
      '/checks/attest',
      {
        config: { permission: 'checks.attest' },
        schema: {
          operationId: 'attestCheck',
          tags,
          summary: 'Vouch for the newest result of a check with a reason; the result itself stays.',
          body: z.strictObject({
            subject: Subject,
            name: z.string().min(1).max(200),
            reason: z.string().min(3).max(1000),
          }),
          response: { 201: CheckView },
        },
      },
      async (request, reply) => reply.code(201).send(toView(await checks.attest(request.actor, request.body))),
    )
  }
