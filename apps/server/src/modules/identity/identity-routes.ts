import { z } from 'zod'
import { type CheckResult, checkStatuses, foldChecks } from '../../platform/check.ts'
import type { Routes } from '../../platform/http-types.ts'
import type { Identity } from './identity-service.ts'
import type { Tenant } from './tenant.ts'

const TenantView = z
  .object({
    tenant: z.string(),
    provider: z.string(),
    orderId: z.string(),
    organizationId: z.string(),
    organizationMode: z.enum(['create', 'map']),
    organizationName: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    clientSecretRef: z.string().meta({ description: 'A reference; the secret itself is never answered.' }),
    appUrl: z.string(),
    apiUrl: z.string(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Tenant' })

const IdentityCheckView = z
  .object({
    name: z.string(),
    title: z.string(),
    status: z.enum(checkStatuses),
    summary: z.string(),
    asked: z.string(),
    vantage: z.string(),
    at: z.string(),
  })
  .meta({ id: 'IdentityCheck' })

const InviteView = z
  .object({ userId: z.string(), inviteRef: z.string(), expiresAt: z.string() })
  .meta({ id: 'Invite', description: 'The link is a secret: it goes out by mail and is kept by reference.' })

const Page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(120).optional(),
})

const toTenantView = (tenant: Tenant): z.infer<typeof TenantView> => ({ ...tenant })
const toCheckView = ({
  name,
  title,
  status,
  summary,
  asked,
  vantage,
  at,
}: CheckResult): z.infer<typeof IdentityCheckView> => ({
  name,
  title,
  status,
  summary,
  asked,
  vantage,
  at,
})

export const identityRoutes =
  ({ identity }: { readonly identity: Identity }): Routes =>
  async (app) => {
    const tags = ['identity']

    app.get(
      '/identity/tenants',
      {
        config: { permission: 'identity.read' },
        schema: {
          operationId: 'listTenants',
          tags,
          querystring: Page,
          response: { 200: z.object({ items: z.array(TenantView), next: z.string().optional() }) },
        },
      },
      async (request) => {
        const items = await identity.list(request.actor, request.query)
        const last = items.length === request.query.limit ? items.at(-1)?.tenant : undefined
        return { items: items.map(toTenantView), ...(last === undefined ? {} : { next: last }) }
      },
    )

    app.get(
      '/identity/check',
      {
        config: { permission: 'identity.read' },
        schema: {
          operationId: 'checkIdentity',
          tags,
          response: {
            200: z.object({ verdict: z.enum(['pass', 'warn', 'fail']), checks: z.array(IdentityCheckView) }),
          },
        },
      },
      async (request) => {
        const checks = await identity.check(request.actor)
        return { verdict: foldChecks(checks), checks: checks.map(toCheckView) }
      },
    )

    app.post(
      '/identity/tenants/:tenant/invites/resend',
      {
        config: { permission: 'identity.write' },
        schema: {
          operationId: 'resendInvite',
          tags,
          params: z.object({ tenant: z.string().max(120) }),
          body: z.strictObject({
            email: z.email().optional().meta({ description: 'Left out: the first admin again.' }),
          }),
          response: { 200: InviteView },
        },
      },
      async (request) =>
        identity.resendInvite(request.actor, { tenant: request.params.tenant, email: request.body.email }),
    )
  }
