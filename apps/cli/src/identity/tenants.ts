import { Command } from 'commander'
import { listOf } from '../api.ts'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { table } from '../io.ts'
import { limitOption, sayMore } from '../show.ts'

export const tenantsCommand = (deps: Deps) =>
  withExamples(
    new Command('tenants')
      .description("List the customers' organizations at the identity provider")
      .option(...limitOption)
      .action((options: { limit: number }) => tenants(deps, options)),
    'nexusctl identity tenants',
  )

export async function tenants(deps: Deps, { limit }: { readonly limit: number }): Promise<void> {
  const found = await listOf(deps.api, 'listTenants', { limit })
  deps.io.answer(found.items, (items) =>
    items.length === 0
      ? 'No tenants.'
      : table(
          ['tenant', 'organization', 'mode', 'provider', 'issuer', 'app'],
          items.map((each) => [
            each.tenant,
            each.organizationName,
            each.organizationMode,
            each.provider,
            each.issuer,
            each.appUrl,
          ]),
        ),
  )
  sayMore(deps, found)
}
