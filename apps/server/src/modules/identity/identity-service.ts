import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { CheckResult } from '../../platform/check.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import {
  adminGroup,
  groupsFor,
  type IdentityProvider,
  type Invited,
  type KeepSecret,
  memberGroup,
  type SecretRef,
} from './identity-provider.ts'
import type { Http } from './sign-in-http.ts'
import { proveSignIn } from './sign-in-proof.ts'
import {
  type Invite,
  metadataOf,
  metadataProblems,
  noInvite,
  stillGood,
  type Tenant,
  tenantNotFound,
  tenantTaken,
} from './tenant.ts'
import * as store from './tenant-store.ts'

/** What identity asks of whoever keeps secrets. */
export type IdentitySecrets = {
  readonly put: (actor: Actor, secret: { tenant: string; name: string; value: string }) => Promise<SecretRef>
  readonly reveal: (ref: SecretRef) => Promise<string>
}

export type IdentityDeps = {
  readonly db: Database
  readonly provider: IdentityProvider
  readonly secrets: IdentitySecrets
  readonly now: () => Date
}

export type PrepareTenant = {
  readonly orderId: string
  readonly tenant: string
  readonly organization: {
    readonly mode: 'create' | 'map'
    readonly name: string
    readonly reference?: string | undefined
  }
  readonly appUrl: string
  readonly apiUrl: string
}

export type PreparedTenant = Pick<Tenant, 'issuer' | 'clientId' | 'clientSecretRef' | 'tenant'>
export type SentInvite = Omit<Invited, 'expiresAt'> & { readonly expiresAt: string }

/** The tenant that the stranger of a proof belongs to. Its name is no name that an order can have. */
const strangers = 'nexus--sign-in-proof'
const probeRoles = ['admin', 'member', 'groupless'] as const

export type Identity = ReturnType<typeof identityService>

export function identityService({ db, provider, secrets, now }: IdentityDeps) {
  /** The same value is not put away twice, so a step that runs again answers the same reference. */
  const keeping =
    (actor: Actor, tenant: string, known: (name: string) => SecretRef | undefined): KeepSecret =>
    async (name, value) => {
      const ref = known(name)
      if (ref !== undefined && (await secrets.reveal(ref).catch(() => undefined)) === value) return ref
      return secrets.put(actor, { tenant, name, value })
    }

  async function get(actor: Actor, tenant: string): Promise<Tenant> {
    requirePermission(actor, 'identity.read')
    const found = await store.findTenant(db, tenant)
    if (!found) throw tenantNotFound(tenant)
    return found
  }

  async function freshInvite(actor: Actor, tenant: string, email: string): Promise<SentInvite> {
    const groups = [adminGroup(tenant)]
    const { userId, inviteRef, expiresAt } = await provider.invite(
      { tenant, email, groups },
      keeping(actor, tenant, () => undefined),
    )
    const at = now()
    const invite: Invite = { id: newId('inv', at), tenant, email, userId, groups, inviteRef, createdAt: at, expiresAt }
    await db.inTransaction(async (tx) => {
      await store.lockTenant(tx, tenant)
      await store.replaceInvite(tx, invite)
      await recordAudit(tx, actor, {
        action: 'identity.invited',
        subject: tenant,
        at,
        after: { email, userId, groups, expiresAt },
      })
    })
    return { userId, inviteRef, expiresAt: expiresAt.toISOString() }
  }

  return {
    get,

    async list(
      actor: Actor,
      page: { readonly limit: number; readonly after?: string | undefined },
    ): Promise<readonly Tenant[]> {
      requirePermission(actor, 'identity.read')
      return store.listTenants(db, page.limit, page.after ?? '')
    },

    /** Organization, groups, metadata (read back) and client of a tenant (S0-120, S0-121, S0-123). */
    async prepareTenant(actor: Actor, wish: PrepareTenant): Promise<PreparedTenant> {
      requirePermission(actor, 'identity.write')
      const { tenant, organization } = wish
      const before = await store.findTenant(db, tenant)
      if (before && before.orderId !== wish.orderId) throw tenantTaken(tenant)
      const { organizationId } = await provider.ensureOrganization({
        tenant,
        name: organization.name,
        ...(organization.reference === undefined ? {} : { reference: organization.reference }),
      })
      await provider.ensureGroups(tenant, groupsFor(tenant))
      const metadata = metadataOf(wish)
      await provider.setMetadata(tenant, metadata)
      const differing = metadataProblems(metadata, await provider.getMetadata(tenant))
      if (differing.length > 0) throw metadataLost(tenant, differing)
      const client = await provider.ensureClient(
        { tenant, redirectUris: [`${wish.apiUrl}/auth/callback`], postLogoutUris: [wish.appUrl] },
        keeping(actor, tenant, () => before?.clientSecretRef),
      )
      const at = now()
      const after: Tenant = {
        tenant,
        provider: provider.name,
        orderId: wish.orderId,
        organizationId,
        organizationMode: organization.mode,
        organizationName: organization.name,
        ...client,
        appUrl: wish.appUrl,
        apiUrl: wish.apiUrl,
        createdAt: before?.createdAt ?? at,
        updatedAt: before?.updatedAt ?? at,
      }
      if (JSON.stringify(before) !== JSON.stringify(after)) await save(actor, { ...after, updatedAt: at })
      return { tenant, ...client }
    },

    /** Invites the first admin (S0-122). A link that still lives is answered again, not replaced. */
    async inviteAdmin(actor: Actor, { tenant, email }: { tenant: string; email: string }): Promise<SentInvite> {
      requirePermission(actor, 'identity.write')
      await get(actor, tenant)
      const open = await store.findInvite(db, tenant, email)
      if (open && stillGood(open, now())) {
        return { userId: open.userId, inviteRef: open.inviteRef, expiresAt: open.expiresAt.toISOString() }
      }
      return freshInvite(actor, tenant, email)
    },

    /** A new link on request; the older one ends. */
    async resendInvite(
      actor: Actor,
      { tenant, email }: { tenant: string; email?: string | undefined },
    ): Promise<SentInvite> {
      requirePermission(actor, 'identity.write')
      await get(actor, tenant)
      const last = await store.findInvite(db, tenant, email)
      const to = email ?? last?.email
      if (to === undefined) throw noInvite(tenant)
      return freshInvite(actor, tenant, to)
    },

    /** The groups that give roles, seen at the provider for the invited admin (S0-123). */
    async mapRoles(
      actor: Actor,
      { tenant, email }: { tenant: string; email: string },
    ): Promise<readonly CheckResult[]> {
      requirePermission(actor, 'identity.write')
      await provider.ensureGroups(tenant, groupsFor(tenant))
      const groups = await provider.groupsOf(tenant, email)
      const good = groups?.includes(adminGroup(tenant)) ?? false
      return [
        {
          name: 'identity.role_mapping',
          title: 'The invited admin is in the group that gives the role (S0-123)',
          status: good ? 'pass' : 'fail',
          summary:
            groups === undefined ? `${email} is not known at the provider` : `groups: ${groups.join(', ') || 'none'}`,
          asked: `${provider.name}: groups of ${email}`,
          vantage: 'control plane',
          at: now().toISOString(),
        },
      ]
    },

    /** Signs in for real as people who exist for the proof only, and takes them away again (S0-124..127). */
    async proveSignIn(
      actor: Actor,
      wish: { readonly tenant: string; readonly http: Http },
    ): Promise<readonly CheckResult[]> {
      requirePermission(actor, 'identity.write')
      const { tenant, issuer, clientId, clientSecretRef, appUrl, apiUrl } = await get(actor, wish.tenant)
      const clientSecret = await secrets.reveal(clientSecretRef)
      await provider.ensureOrganization({ tenant: strangers, name: 'Sign-in proof' })
      try {
        const ensure = (of: string, role: string, groups: readonly string[]) =>
          provider.ensureProbeUser({ tenant: of, role, groups })
        const people = {
          admin: { ...(await ensure(tenant, 'admin', [adminGroup(tenant)])), groups: [adminGroup(tenant)] },
          member: { ...(await ensure(tenant, 'member', [memberGroup(tenant)])), groups: [memberGroup(tenant)] },
          groupless: await ensure(tenant, 'groupless', []),
          stranger: await ensure(strangers, `of-${tenant}`, []),
        }
        const { logIn } = provider
        const target = { http: wish.http, now, tenant, issuer, clientId, clientSecret, appUrl, apiUrl, logIn }
        return await proveSignIn(target, people)
      } finally {
        for (const role of probeRoles) await provider.removeProbeUser({ tenant, role })
        await provider.removeProbeUser({ tenant: strangers, role: `of-${tenant}` })
      }
    },

    /** Takes back what a delivery made for its tenant, at the provider first; an organization that was mapped stays. */
    async giveBackTenant(actor: Actor, { orderId }: { readonly orderId: string }): Promise<readonly string[]> {
      requirePermission(actor, 'identity.write')
      const tenants = await store.tenantsOfOrder(db, orderId)
      for (const tenant of tenants) {
        const { organizationMode } = await get(actor, tenant)
        const emails = await store.invitedOf(db, tenant)
        await provider.removeTenant({ tenant, emails, keepOrganization: organizationMode === 'map' })
        await db.inTransaction(async (tx) => {
          await store.lockTenant(tx, tenant)
          await store.dropTenant(tx, tenant)
          await recordAudit(tx, actor, {
            action: 'identity.given_back',
            subject: tenant,
            at: now(),
            before: { orderId },
          })
        })
      }
      return tenants
    },

    async check(actor: Actor): Promise<readonly CheckResult[]> {
      requirePermission(actor, 'identity.read')
      return provider.check()
    },
  }

  async function save(actor: Actor, after: Tenant): Promise<void> {
    await db.inTransaction(async (tx) => {
      await store.lockTenant(tx, after.tenant)
      const before = await store.findTenant(tx, after.tenant)
      if (before && before.orderId !== after.orderId) throw tenantTaken(after.tenant)
      await store.saveTenant(tx, after)
      const at = after.updatedAt
      await recordAudit(tx, actor, {
        action: before ? 'identity.changed' : 'identity.prepared',
        subject: after.tenant,
        at,
        before,
        after,
      })
    })
  }
}

const metadataLost = (tenant: string, keys: readonly string[]) =>
  new NexusError(
    'identity.metadata_lost',
    'conflict',
    `The identity provider did not keep ${keys.join(', ')} of the organization of ${tenant}.`,
    { hint: 'nexusctl identity check' },
  )
