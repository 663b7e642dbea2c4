import { NexusError } from '../../platform/errors.ts'
import type { SecretRef } from './identity-provider.ts'

export type Tenant = {
  readonly tenant: string
  readonly provider: string
  readonly orderId: string
  readonly organizationId: string
  readonly organizationMode: 'create' | 'map'
  readonly organizationName: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecretRef: SecretRef
  readonly appUrl: string
  readonly apiUrl: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type Invite = {
  readonly id: string
  readonly tenant: string
  readonly email: string
  readonly userId: string
  readonly groups: readonly string[]
  readonly inviteRef: SecretRef
  readonly createdAt: Date
  readonly expiresAt: Date
}

export const tenantNotFound = (tenant: string) =>
  new NexusError('identity.no_tenant', 'missing', `There is no tenant ${tenant}.`, {
    hint: 'nexusctl identity tenants',
  })

export const tenantTaken = (tenant: string) =>
  new NexusError('identity.tenant_taken', 'conflict', `The tenant ${tenant} belongs to another order.`)

export const noInvite = (tenant: string) =>
  new NexusError('identity.no_invite', 'missing', `Nobody of ${tenant} was invited yet.`)

const renewBeforeSeconds = 3600

/** A link that still lives for an hour is sent as it is; asking again does not end what is in somebody's mailbox. */
export const stillGood = (invite: Invite, at: Date): boolean =>
  invite.expiresAt.getTime() - at.getTime() > renewBeforeSeconds * 1000

/** What the organization says of itself: read back and compared (S0-121). */
export const metadataOf = (wish: { tenant: string; orderId: string; appUrl: string; apiUrl: string }) => ({
  tenant: wish.tenant,
  nexus_order: wish.orderId,
  app_url: wish.appUrl,
  api_url: wish.apiUrl,
})

export const metadataProblems = (wanted: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>) =>
  Object.entries(wanted).flatMap(([key, value]) => (found[key] === value ? [] : [key]))
