import type { CheckResult } from '../../platform/check.ts'
import type { LogIn } from './sign-in-log-in.ts'

/** `secret:<tenant>/<name>@<version>`: what travels instead of a secret. */
export type SecretRef = string

/** Puts a secret of the tenant away and answers its reference; keeping the same value again changes nothing. */
export type KeepSecret = (name: string, value: string) => Promise<SecretRef>

export type Organization = { readonly tenant: string; readonly name: string; readonly reference?: string }
export type ClientWish = {
  readonly tenant: string
  readonly redirectUris: readonly string[]
  readonly postLogoutUris: readonly string[]
}
export type Client = { readonly issuer: string; readonly clientId: string; readonly clientSecretRef: SecretRef }
export type InviteWish = { readonly tenant: string; readonly email: string; readonly groups: readonly string[] }
export type Invited = { readonly userId: string; readonly inviteRef: SecretRef; readonly expiresAt: Date }

/** Someone who exists for the minutes of a proof. The password lives in memory only. */
export type ProbeUser = { readonly userId: string; readonly email: string; readonly password: string }
export type ProbeWish = { readonly tenant: string; readonly role: string; readonly groups: readonly string[] }

/**
 * Where the people of a tenant sign in. Every verb is safe twice: what is already there is found, and brought to what
 * was asked for. Secrets leave by `keep` only.
 */
export type IdentityProvider = {
  readonly name: 'embedded' | 'authentik'
  /** `reference` maps an organization that exists instead of making one. */
  readonly ensureOrganization: (wish: Organization) => Promise<{ readonly organizationId: string }>
  readonly ensureClient: (wish: ClientWish, keep: KeepSecret) => Promise<Client>
  readonly ensureGroups: (tenant: string, groups: readonly string[]) => Promise<void>
  readonly setMetadata: (tenant: string, metadata: Readonly<Record<string, string>>) => Promise<void>
  readonly getMetadata: (tenant: string) => Promise<Readonly<Record<string, string>>>
  /** A new link; every older one of the same person ends. */
  readonly invite: (wish: InviteWish, keep: KeepSecret) => Promise<Invited>
  /** The groups that a person has now, for the check of the role mapping. Undefined: no such person. */
  readonly groupsOf: (tenant: string, email: string) => Promise<readonly string[] | undefined>
  readonly ensureProbeUser: (wish: ProbeWish) => Promise<ProbeUser>
  /** How a person's name and password are given to the provider's login page. */
  readonly logIn: LogIn
  readonly removeProbeUser: (wish: { readonly tenant: string; readonly role: string }) => Promise<void>
  /**
   * Takes back what was made for a tenant: client, role groups, the invited people (`emails`), and the organization
   * itself unless it was there before us. What is gone already is gone.
   */
  readonly removeTenant: (wish: {
    readonly tenant: string
    readonly emails: readonly string[]
    readonly keepOrganization: boolean
  }) => Promise<void>
  /** Proves that the provider answers, lets us in and understands us. */
  readonly check: () => Promise<readonly CheckResult[]>
}

/** The groups of a tenant and the role that each gives in its Nexus. */
export const adminGroup = (tenant: string): string => `${tenant}-admins`
export const memberGroup = (tenant: string): string => `${tenant}-users`
export const groupsFor = (tenant: string): readonly string[] => [adminGroup(tenant), memberGroup(tenant)]

export const probeEmail = (tenant: string, role: string): string => `nexus-probe-${role}@${tenant}.invalid`
