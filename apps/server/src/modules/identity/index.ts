/**
 * identity: where the people of a tenant sign in: organization, client, groups, invites, and the proof that it works.
 *
 * Owns which tenant has what at the identity provider. Never keeps a secret, an invite link or a password: those are
 * references. Never says who may use Nexus itself (modules/access does).
 */
export {
  adminGroup,
  type Client,
  groupsFor,
  type IdentityProvider,
  type Invited,
  type KeepSecret,
  memberGroup,
  type ProbeUser,
  probeEmail,
  type SecretRef,
} from './identity-provider.ts'
export { identityRoutes } from './identity-routes.ts'
export {
  type Identity,
  type IdentitySecrets,
  identityService,
  type PreparedTenant,
  type SentInvite,
} from './identity-service.ts'
export { type Browser, browser, passwordForm, redirectOf } from './sign-in-browser.ts'
export { fetchVia, type Http, type HttpAnswer } from './sign-in-http.ts'
export { type LogIn, logInByForm, type SignInPerson } from './sign-in-log-in.ts'
export { proveSignIn, type SignInPeople, type SignInTarget, signInDirect } from './sign-in-proof.ts'
export { judgeToken, verifyToken } from './sign-in-token.ts'
export type { Tenant } from './tenant.ts'
