import type { Db, Tx } from '../../platform/db.ts'
import type { Invite, Tenant } from './tenant.ts'

type TenantRow = {
  tenant: string
  provider: string
  order_id: string
  organization_id: string
  organization_mode: string
  organization_name: string
  issuer: string
  client_id: string
  client_secret_ref: string
  app_url: string
  api_url: string
  created_at: Date
  updated_at: Date
}

type InviteRow = {
  id: string
  tenant: string
  email: string
  user_id: string
  groups: string[]
  invite_ref: string
  created_at: Date
  expires_at: Date
}

const tenantColumns = `t.tenant, t.provider, t.order_id, t.organization_id, t.organization_mode, t.organization_name, t.issuer,
  t.client_id, t.client_secret_ref, t.app_url, t.api_url, t.created_at, t.updated_at`
const inviteColumns = 'i.id, i.tenant, i.email, i.user_id, i.groups, i.invite_ref, i.created_at, i.expires_at'

const toTenant = (row: TenantRow): Tenant => ({
  tenant: row.tenant,
  provider: row.provider,
  orderId: row.order_id,
  organizationId: row.organization_id,
  organizationMode: row.organization_mode === 'map' ? 'map' : 'create',
  organizationName: row.organization_name,
  issuer: row.issuer,
  clientId: row.client_id,
  clientSecretRef: row.client_secret_ref,
  appUrl: row.app_url,
  apiUrl: row.api_url,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toInvite = (row: InviteRow): Invite => ({
  id: row.id,
  tenant: row.tenant,
  email: row.email,
  userId: row.user_id,
  groups: row.groups,
  inviteRef: row.invite_ref,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})

export async function findTenant(db: Db, tenant: string): Promise<Tenant | undefined> {
  const row = await db.row<TenantRow>(`select ${tenantColumns} from tenant t where t.tenant = $1`, [tenant])
  return row && toTenant(row)
}

export async function listTenants(db: Db, limit: number, after: string): Promise<readonly Tenant[]> {
  const sql = `select ${tenantColumns} from tenant t where t.tenant > $1 order by t.tenant limit $2`
  return (await db.rows<TenantRow>(sql, [after, limit])).map(toTenant)
}

/** Holds everything of one tenant, whether its row is there yet or not. */
export const lockTenant = (tx: Tx, tenant: string) =>
  tx.rows(`select pg_advisory_xact_lock(hashtextextended('tenant/' || $1, 0))`, [tenant])

export async function saveTenant(tx: Tx, tenant: Tenant): Promise<void> {
  await tx.rows(
    `insert into tenant (tenant, provider, order_id, organization_id, organization_mode, organization_name, issuer, client_id,
       client_secret_ref, app_url, api_url, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
     on conflict (tenant) do update set provider = excluded.provider, organization_id = excluded.organization_id,
       organization_mode = excluded.organization_mode, organization_name = excluded.organization_name, issuer = excluded.issuer,
       client_id = excluded.client_id, client_secret_ref = excluded.client_secret_ref, app_url = excluded.app_url,
       api_url = excluded.api_url, updated_at = excluded.updated_at`,
    [
      tenant.tenant,
      tenant.provider,
      tenant.orderId,
      tenant.organizationId,
      tenant.organizationMode,
      tenant.organizationName,
      tenant.issuer,
      tenant.clientId,
      tenant.clientSecretRef,
      tenant.appUrl,
      tenant.apiUrl,
      tenant.updatedAt,
    ],
  )
}

export async function findInvite(db: Db, tenant: string, email?: string): Promise<Invite | undefined> {
  const sql = `select ${inviteColumns} from invite i
    where i.tenant = $1 and ($2::text is null or lower(i.email) = lower($2)) and i.replaced_at is null order by i.id limit 1`
  const row = await db.row<InviteRow>(sql, [tenant, email ?? null])
  return row && toInvite(row)
}

export async function replaceInvite(tx: Tx, invite: Invite): Promise<void> {
  await tx.rows(
    'update invite set replaced_at = $3 where tenant = $1 and lower(email) = lower($2) and replaced_at is null',
    [invite.tenant, invite.email, invite.createdAt],
  )
  await tx.rows(
    `insert into invite (id, tenant, email, user_id, groups, invite_ref, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      invite.id,
      invite.tenant,
      invite.email,
      invite.userId,
      invite.groups,
      invite.inviteRef,
      invite.createdAt,
      invite.expiresAt,
    ],
  )
}

/** The tenant and its invites, for an order that was given back. */
export async function dropTenant(tx: Tx, tenant: string): Promise<void> {
  await tx.rows('delete from invite where tenant = $1', [tenant])
  await tx.rows('delete from tenant where tenant = $1', [tenant])
}

export const tenantsOfOrder = async (db: Db, orderId: string): Promise<readonly string[]> =>
  (await db.rows<{ tenant: string }>('select tenant from tenant where order_id = $1', [orderId])).map(
    (row) => row.tenant,
  )

export const invitedOf = async (db: Db, tenant: string): Promise<readonly string[]> =>
  (await db.rows<{ email: string }>('select distinct email from invite where tenant = $1', [tenant])).map(
    (row) => row.email,
  )
