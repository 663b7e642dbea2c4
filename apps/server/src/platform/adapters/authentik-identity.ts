import { z } from 'zod'
import { groupsFor, type IdentityProvider, probeEmail } from '../../modules/identity/index.ts'
import { addSeconds, now as realNow } from '../clock.ts'
import { NexusError } from '../errors.ts'
import { newSecret } from '../ids.ts'
import * as shape from './authentik-api.ts'
import { logInByFlow } from './authentik-log-in.ts'
import { authentikStock, type StockNames } from './authentik-stock.ts'

export type AuthentikIdentityOptions = StockNames & {
  readonly url: string
  readonly token: () => Promise<string>
  readonly now?: () => Date
}

const claimsMapping = 'Nexus: tenant and groups'
/** What authentik evaluates for every token: the claims that an instance decides by. */
const claimsExpression = [
  'return {',
  '    "tenant": request.user.attributes.get("tenant", ""),',
  '    "groups": [group.name for group in request.user.ak_groups.all()],',
  '    "email_verified": True,',
  '}',
].join('\n')
const inviteSeconds = 24 * 3600
const query = (name: string, value: string) => `?${new URLSearchParams({ [name]: value })}`

/** Tenants at an authentik server, by its REST API. */
export function authentikIdentity(options: AuthentikIdentityOptions): IdentityProvider {
  const api = shape.authentikApi(options)
  const now = options.now ?? realNow
  const stock = authentikStock(api, { ...options, now })
  const issuerOf = (tenant: string) => `${options.url.replace(/\/+$/, '')}/application/o/nexus-${tenant}/`

  const groupNamed = async (name: string) =>
    (await api.list(`/core/groups/${query('name', name)}`, shape.AuthentikGroup)).find((each) => each.name === name)

  async function ensureGroup(name: string, attributes: Readonly<Record<string, unknown>>) {
    const found = await groupNamed(name)
    if (!found) return api.post('/core/groups/', { name, attributes }, shape.AuthentikGroup)
    if (found.attributes['tenant'] !== undefined && found.attributes['tenant'] !== attributes['tenant'])
      throw groupTaken(name)
    const merged = { ...found.attributes, ...attributes }
    return api.patch(`/core/groups/${found.pk}/`, { attributes: merged }, shape.AuthentikGroup)
  }

  /** The organization is a group that carries the tenant's metadata as attributes. */
  async function organization(tenant: string) {
    const found = await api.list(
      `/core/groups/?${new URLSearchParams({ attributes: JSON.stringify({ nexus_organization: tenant }) })}`,
      shape.AuthentikGroup,
    )
    return found.find((each) => each.attributes['nexus_organization'] === tenant)
  }

  const mustHave = async (tenant: string) => {
    const found = await organization(tenant)
    if (!found)
      throw new NexusError('identity.no_organization', 'missing', `authentik has no organization of ${tenant}.`)
    return found
  }

  const userNamed = async (username: string) =>
    (await api.list(`/core/users/${query('username', username)}`, shape.AuthentikUser)).find(
      (each) => each.username === username,
    )

  async function ensureUser(tenant: string, email: string, groups: readonly string[]) {
    const wanted = await Promise.all(groups.map(async (name) => (await groupNamed(name))?.pk ?? missingGroup(name)))
    const found = await userNamed(email)
    if (!found) {
      const body = {
        username: email,
        name: email,
        email,
        path: `nexus/${tenant}`,
        type: 'external',
        is_active: true,
        attributes: { tenant },
        groups: wanted,
      }
      return api.post('/core/users/', body, shape.AuthentikUser)
    }
    if (found.attributes['tenant'] !== tenant) throw userTaken(email, tenant)
    return api.patch(
      `/core/users/${found.pk}/`,
      { is_active: true, groups: [...new Set([...found.groups, ...wanted])] },
      shape.AuthentikUser,
    )
  }

  async function scopeMappings(): Promise<readonly string[]> {
    const path = '/propertymappings/provider/scope/'
    const known = await api.list(`${path}?page_size=100`, shape.AuthentikNamed.extend({ scope_name: z.string() }))
    const standard = known.filter(
      (each) => ['openid', 'email', 'profile'].includes(each.scope_name) && each.name.startsWith('authentik default'),
    )
    const ours =
      known.find((each) => each.name === claimsMapping) ??
      (await api.post(
        path,
        { name: claimsMapping, scope_name: 'openid', expression: claimsExpression },
        shape.AuthentikNamed,
      ))
    return [...standard.map((each) => each.pk), ours.pk]
  }

  /** Only members of the tenant's groups get a token of its client. */
  async function bindGroups(tenant: string, application: string): Promise<void> {
    const bound = await api.list(`/policies/bindings/${query('target', application)}`, shape.AuthentikBinding)
    for (const name of groupsFor(tenant)) {
      const pk = (await groupNamed(name))?.pk ?? missingGroup(name)
      if (bound.some((each) => each.group === pk)) continue
      await api.post(
        '/policies/bindings/',
        { target: application, group: pk, order: 0, enabled: true },
        shape.AuthentikBinding,
      )
    }
  }

  return {
    name: 'authentik',
    logIn: logInByFlow,

    async ensureOrganization({ tenant, name, reference }) {
      const attributes = { nexus_organization: tenant, tenant, organization_name: name }
      const known = await organization(tenant)
      if (known) return { organizationId: known.pk }
      if (reference === undefined) return { organizationId: (await ensureGroup(`nexus-${tenant}`, attributes)).pk }
      if (!(await groupNamed(reference))) {
        throw new NexusError(
          'identity.no_organization',
          'missing',
          `authentik has no group "${reference}" to map ${tenant} to.`,
        )
      }
      return { organizationId: (await ensureGroup(reference, attributes)).pk }
    },

    async ensureClient({ tenant, redirectUris, postLogoutUris }, keep) {
      const name = `nexus-${tenant}`
      const body = {
        name,
        client_type: 'confidential',
        authorization_flow: await stock.authorizationFlow(),
        invalidation_flow: await stock.invalidationFlow(),
        signing_key: await stock.signingKey(),
        property_mappings: await scopeMappings(),
        include_claims_in_id_token: true,
        issuer_mode: 'per_provider',
        redirect_uris: [...redirectUris, ...postLogoutUris].map((url) => ({ matching_mode: 'strict', url })),
      }
      const found = (await api.list(`/providers/oauth2/${query('name', name)}`, shape.AuthentikOauth)).find(
        (each) => each.name === name,
      )
      const oauth = found
        ? await api.patch(`/providers/oauth2/${found.pk}/`, body, shape.AuthentikOauth)
        : await api.post('/providers/oauth2/', { ...body, client_id: name }, shape.AuthentikOauth)
      const application =
        (await api.find(`/core/applications/${name}/`, shape.AuthentikApplication)) ??
        (await api.post(
          '/core/applications/',
          { name, slug: name, provider: oauth.pk, policy_engine_mode: 'any' },
          shape.AuthentikApplication,
        ))
      await bindGroups(tenant, application.pk)
      return {
        issuer: issuerOf(tenant),
        clientId: oauth.client_id,
        clientSecretRef: await keep('oidc-client-secret', oauth.client_secret),
      }
    },

    async ensureGroups(tenant, groups) {
      for (const name of groups) await ensureGroup(name, { tenant })
    },

    async setMetadata(tenant, metadata) {
      const { pk, attributes } = await mustHave(tenant)
      await api.patch(
        `/core/groups/${pk}/`,
        { attributes: { ...attributes, nexus_metadata: metadata } },
        shape.AuthentikGroup,
      )
    },

    async getMetadata(tenant) {
      const { attributes } = await mustHave(tenant)
      const parsed = z.record(z.string(), z.string()).safeParse(attributes['nexus_metadata'])
      return parsed.success ? parsed.data : {}
    },

    async invite({ tenant, email, groups }, keep) {
      const { pk } = await ensureUser(tenant, email, groups)
      const { link } = await api.post(
        `/core/users/${pk}/recovery/`,
        { token_duration: `seconds=${inviteSeconds}` },
        shape.AuthentikLink,
      )
      return {
        userId: String(pk),
        inviteRef: await keep('admin-invite', link),
        expiresAt: addSeconds(now(), inviteSeconds),
      }
    },

    async groupsOf(tenant, email) {
      const found = await userNamed(email)
      if (!found || found.attributes['tenant'] !== tenant) return undefined
      return found.groups_obj?.map((each) => each.name) ?? []
    },

    async ensureProbeUser({ tenant, role, groups }) {
      const email = probeEmail(tenant, role)
      const password = newSecret(24)
      // A probe left over by a crash may be in other groups; it starts anew.
      const left = await userNamed(email)
      if (left) await api.remove(`/core/users/${left.pk}/`)
      const { pk } = await ensureUser(tenant, email, groups)
      await api.send(`/core/users/${pk}/set_password/`, { password })
      return { userId: String(pk), email, password }
    },

    async removeProbeUser({ tenant, role }) {
      const found = await userNamed(probeEmail(tenant, role))
      if (found) await api.remove(`/core/users/${found.pk}/`)
    },

    async removeTenant({ tenant, emails, keepOrganization }) {
      const name = `nexus-${tenant}`
      const application = await api.find(`/core/applications/${name}/`, shape.AuthentikApplication)
      if (application) await api.remove(`/core/applications/${name}/`)
      const clients = await api.list(`/providers/oauth2/${query('name', name)}`, shape.AuthentikOauth)
      for (const each of clients.filter((one) => one.name === name)) await api.remove(`/providers/oauth2/${each.pk}/`)
      for (const email of emails) {
        const user = await userNamed(email)
        if (user?.attributes['tenant'] === tenant) await api.remove(`/core/users/${user.pk}/`)
      }
      for (const each of [...groupsFor(tenant), ...(keepOrganization ? [] : [name])]) {
        const group = await groupNamed(each)
        if (group) await api.remove(`/core/groups/${group.pk}/`)
      }
    },

    check: stock.check,
  }
}

function missingGroup(name: string): never {
  throw new NexusError('identity.no_group', 'missing', `authentik has no group ${name}.`)
}

const groupTaken = (name: string) =>
  new NexusError('identity.group_taken', 'conflict', `The group ${name} at authentik belongs to another tenant.`)

const userTaken = (email: string, tenant: string) =>
  new NexusError('identity.user_taken', 'conflict', `${email} exists at authentik and does not belong to ${tenant}.`, {
    hint: 'Invite another address, or give the person the attribute "tenant" at authentik.',
  })
