import type { CheckResult } from '../check.ts'
import { NexusError, toFailure } from '../errors.ts'
import { plainLine } from '../plain-text.ts'
import * as shape from './authentik-api.ts'

/** Slugs and names of a stock authentik; set them where yours differ. */
export type StockNames = {
  readonly authorizationFlow?: string
  readonly invalidationFlow?: string
  readonly signingKey?: string
}

const query = (name: string, value: string) => `?${new URLSearchParams({ [name]: value })}`

/** What a stock authentik brings and Nexus builds on: flows, a signing key, and the check that all of it is there. */
export function authentikStock(
  api: shape.AuthentikApi,
  options: StockNames & { readonly url: string; readonly now: () => Date },
) {
  async function pkOf(path: string, name: string, what: string): Promise<string> {
    const found = (await api.list(path, shape.AuthentikNamed))[0]
    if (!found)
      throw new NexusError('identity.provider_missing', 'missing', `authentik has no ${what} "${name}".`, {
        hint: 'docs/guides/identity.md says what it needs.',
      })
    return found.pk
  }

  const flow = (slug: string) => pkOf(`/flows/instances/${query('slug', slug)}`, slug, 'flow')
  const authorizationFlow = () => flow(options.authorizationFlow ?? 'default-provider-authorization-implicit-consent')
  const invalidationFlow = () => flow(options.invalidationFlow ?? 'default-provider-invalidation-flow')
  const signingKey = () => {
    const name = options.signingKey ?? 'authentik Self-signed Certificate'
    return pkOf(`/crypto/certificatekeypairs/?${new URLSearchParams({ name, has_key: 'true' })}`, name, 'signing key')
  }

  async function recoveryFlow(): Promise<string> {
    const { flow_recovery: found } = await api.get('/core/brands/current/', shape.AuthentikBrand)
    if (!found)
      throw new NexusError('identity.provider_missing', 'missing', 'The brand of authentik has no recovery flow.')
    return found
  }

  return {
    authorizationFlow,
    invalidationFlow,
    signingKey,

    async check() {
      const asked: ReadonlyArray<readonly [string, string, () => Promise<string>]> = [
        [
          'identity.token',
          'authentik takes our token',
          async () => `as ${(await api.get('/core/users/me/', shape.AuthentikMe)).user.username}`,
        ],
        [
          'identity.version',
          'authentik says its version',
          async () => (await api.get('/admin/version/', shape.AuthentikVersion)).version_current,
        ],
        ['identity.authorization_flow', 'The flow without consent is there', authorizationFlow],
        ['identity.invalidation_flow', 'The flow for signing out is there', invalidationFlow],
        ['identity.signing_key', 'A key that signs tokens is there', signingKey],
        ['identity.recovery_flow', 'Invitations have a recovery flow', recoveryFlow],
        [
          'identity.groups',
          'Groups and users can be read',
          async () => `${(await api.list('/core/groups/?page_size=1', shape.AuthentikGroup)).length} read`,
        ],
      ]
      const results: CheckResult[] = []
      for (const [name, title, work] of asked) results.push(await look(name, title, options.url, options.now, work))
      return results
    },
  }
}

async function look(
  name: string,
  title: string,
  asked: string,
  now: () => Date,
  work: () => Promise<string>,
): Promise<CheckResult> {
  const result = { name, title, asked, vantage: 'control plane', at: now().toISOString() }
  try {
    return { ...result, status: 'pass', summary: plainLine(await work()) }
  } catch (thrown) {
    const { kind, message } = toFailure(thrown)
    return {
      ...result,
      status: kind === 'unavailable' || kind === 'bug' ? 'unknown' : 'fail',
      summary: plainLine(message),
    }
  }
}
