import { z } from 'zod'
import type { Routes } from '../../platform/http-types.ts'
import { type Approval, approvalStates } from './approval.ts'
import type { Approvals } from './approval-service.ts'

const ApprovalView = z
  .object({
    id: z.string(),
    kind: z.string(),
    subject: z.string(),
    what: z.string().meta({ description: 'What happens when it is done.' }),
    parameters: z.record(z.string(), z.unknown()).meta({ description: 'Exactly what was asked for.' }),
    permission: z.string().meta({ description: 'Who approves must have it.' }),
    reason: z.string(),
    state: z.enum(approvalStates),
    askedBy: z.string(),
    askedByName: z.string(),
    askedAt: z.date(),
    expiresAt: z.date(),
    decidedBy: z.string().optional(),
    decidedByName: z.string().optional(),
    decidedAt: z.date().optional(),
    decidedWhy: z.string().optional(),
    endedAt: z.date().optional(),
  })
  .meta({ id: 'Approval' })

const toView = (approval: Approval): z.infer<typeof ApprovalView> => ({
  ...approval,
  parameters: { ...approval.parameters },
})

const Params = z.object({ approvalId: z.string().max(64) })
const Decision = z.strictObject({
  why: z.string().trim().min(1).max(400).meta({ description: 'What one looked at; it stands in the trail.' }),
})

export const approvalRoutes =
  ({ approvals }: { readonly approvals: Approvals }): Routes =>
  async (app) => {
    const tags = ['approvals']
    const answers = { response: { 200: ApprovalView } }

    app.get(
      '/approvals',
      {
        config: { permission: 'approvals.read' },
        schema: {
          operationId: 'listApprovals',
          tags,
          summary: 'The newest first.',
          querystring: z.object({
            state: z.enum(approvalStates).optional(),
            limit: z.coerce.number().int().min(1).max(200).default(50),
            after: z.string().max(64).optional(),
          }),
          response: { 200: z.object({ items: z.array(ApprovalView), next: z.string().optional() }) },
        },
      },
      async ({ actor, query }) => {
        const found = await approvals.list(actor, query)
        const last = found.length === query.limit ? found.at(-1) : undefined
        return { items: found.map(toView), ...(last ? { next: last.id } : {}) }
      },
    )

    app.get(
      '/approvals/:approvalId',
      {
        config: { permission: 'approvals.read' },
        schema: { operationId: 'getApproval', tags, params: Params, ...answers },
      },
      async ({ actor, params }) => toView(await approvals.find(actor, params.approvalId)),
    )

    app.post(
      '/approvals/:approvalId/approve',
      {
        config: { permission: 'approvals.decide', idempotent: false },
        schema: { operationId: 'approveApproval', tags, params: Params, body: Decision, ...answers },
      },
      async ({ actor, params, body }) => toView(await approvals.approve(actor, params.approvalId, body.why)),
    )

    app.post(
      '/approvals/:approvalId/refuse',
      {
        config: { permission: 'approvals.decide', idempotent: false },
        schema: { operationId: 'refuseApproval', tags, params: Params, body: Decision, ...answers },
      },
      async ({ actor, params, body }) => toView(await approvals.refuse(actor, params.approvalId, body.why)),
    )
  }
