import Provider, { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { EmbeddedAccounts } from './embedded-identity-accounts.ts'
import { contentSecurityPolicy, logoutPage, noticePage } from './embedded-identity-pages.ts'
import type { EmbeddedClients, EmbeddedKeys, embeddedRecords } from './embedded-identity-store.ts'

export type EmbeddedParts = {
  readonly origin: string
  readonly keys: EmbeddedKeys
  readonly accounts: EmbeddedAccounts
  readonly clients: EmbeddedClients
  readonly records: ReturnType<typeof embeddedRecords>
}

export const wrongTenant = 'wrong_tenant'
const hour = 3600

/** The library with everything that is only for trying it out replaced or off. */
export function embeddedOidc(parts: EmbeddedParts): Provider {
  const secure = parts.origin.startsWith('https:')
  const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true, overwrite: true } as const
  const configuration: Configuration = {
    adapter: parts.records.adapter,
    jwks: parts.keys.jwks as NonNullable<Configuration['jwks']>,
    cookies: {
      keys: [...parts.keys.cookieKeys],
      names: { session: 'nexus_id_session', interaction: 'nexus_id_sign_in', resume: 'nexus_id_resume' },
      long: cookie,
      short: cookie,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) =>
          show(
            ctx,
            noticePage('You are signed out', 'You can close this window, or sign in again from your application.'),
          ),
      },
    },
    pkce: { required: () => true },
    responseTypes: ['code'],
    scopes: ['openid', 'email', 'profile', 'nexus'],
    claims: {
      openid: ['sub', 'tenant', 'groups'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      nexus: ['tenant', 'groups'],
    },
    // The applications read tenant and groups from the ID token.
    conformIdTokenClaims: false,
    clientBasedCORS: () => false,
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}`, policy: policyOf() },
    findAccount: async (ctx, subject) => {
      const account = await parts.accounts.find(subject)
      const client = ctx.oidc.client && (await parts.clients.byId(ctx.oidc.client.clientId))
      // A person of one tenant is nobody at the client of another: at sign-in, at the token and at userinfo.
      if (!account || (client && client.tenant !== account.tenant)) return undefined
      return {
        accountId: account.id,
        claims: async () => ({
          sub: account.id,
          email: account.email,
          email_verified: account.emailVerified,
          name: account.email,
          preferred_username: account.email,
          tenant: account.tenant,
          groups: [...account.groups],
        }),
      }
    },
    loadExistingGrant: grantForFirstParty,
    renderError: (ctx, out) => {
      const expired = ctx.oidc?.route === 'resume'
      show(
        ctx,
        noticePage(
          expired ? 'This sign-in took too long' : 'That did not work',
          expired
            ? 'Go back to your application and start again.'
            : `${out.error_description ?? out.error}. Go back to your application and start again.`,
        ),
      )
    },
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      IdToken: hour,
      Interaction: 900,
      Session: 8 * hour,
      Grant: 8 * hour,
    },
  }
  return new Provider(parts.origin, configuration)
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.type = 'html'
  ctx.set('content-security-policy', contentSecurityPolicy())
  ctx.body = html
}

function policyOf(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  const { Check } = interactionPolicy
  policy
    .get('login')
    ?.checks.add(
      new Check(wrongTenant, 'the account belongs to another tenant', 'login_required', (ctx) =>
        ctx.oidc.session?.accountId && !ctx.oidc.account ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    )
  return policy
}

/** Every client belongs to the tenant itself, so nobody is asked for consent. */
async function grantForFirstParty(ctx: KoaContextWithOIDC) {
  const { client, session, account, provider } = ctx.oidc
  if (!client || !session || !account) return undefined
  const known = session.grantIdFor(client.clientId)
  const found = known ? await provider.Grant.find(known) : undefined
  if (found && found.accountId === account.accountId) return found
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId })
  grant.addOIDCScope('openid email profile nexus')
  await grant.save()
  return grant
}
