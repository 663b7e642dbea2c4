import { AsyncLocalStorage } from 'node:async_hooks'
import type { ClientBase } from 'pg'
import { NexusError } from './errors.ts'

/** What a grant is limited to. A dimension that is left out is not limited. */
export type Scope = {
  readonly regions?: readonly string[] | undefined
  readonly plans?: readonly string[] | undefined
  readonly customers?: readonly string[] | undefined
}

/** Where a thing stands in the three dimensions. */
export type Place = {
  readonly region: string | undefined
  readonly plan: string | undefined
  readonly customer: string | undefined
}

const within = (limit: readonly string[] | undefined, value: string | undefined): boolean =>
  limit === undefined || (value !== undefined && limit.includes(value))

/** The same question that the policies of the database ask of each row. */
export const isInScope = ({ regions, plans, customers }: Scope, { region, plan, customer }: Place): boolean =>
  within(regions, region) && within(plans, plan) && within(customers, customer)

const present = new AsyncLocalStorage<readonly Scope[] | undefined>()

/** Everything that `work` asks of the database, it asks within these scopes: the rest is not there for it. */
export const insideScopes = <T>(scopes: readonly Scope[], work: () => T): T => present.run(scopes, work)

/** For the house's own reading in the middle of a request. What comes of it must not reach whoever asked. */
export const outsideScopes = <T>(work: () => T): T => present.run(undefined, work)

export const isScoped = (): boolean => present.getStore() !== undefined

/** For what is called from elsewhere later: `work` stays within the scopes of here. */
export function stayInScopes<Given extends unknown[], T>(work: (...given: Given) => T): (...given: Given) => T {
  const here = AsyncLocalStorage.snapshot()
  return (...given) => here(work, ...given)
}

/**
 * Tells the transaction that has just begun what it may see. The policies on our tables do the rest, whatever is asked.
 * Nothing is answered where Postgres would not apply them (a superuser): rather nothing than everything.
 */
export async function tellScopes(client: ClientBase): Promise<void> {
  const scopes = present.getStore()
  if (scopes === undefined) return
  const { rows } = await client.query<{ enforced: boolean }>(
    `select set_config('nexus.scope', $1, true), row_security_active('nexus.orders') as enforced`,
    [JSON.stringify(scopes)],
  )
  if (rows[0]?.enforced) return
  throw new NexusError(
    'access.scope_not_enforced',
    'unavailable',
    'The database role of Nexus is exempt from row security, so a limited role cannot be held to its limits.',
    { hint: 'Run Nexus with a role that is neither superuser nor bypassrls; unlimited roles go on working.' },
  )
}

/** A row that would lie outside is refused by Postgres; said in our words. Anything else stays what it was. */
export function scopeRefusal(thrown: unknown): unknown {
  const { code, message } = (thrown ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  if (!isScoped() || code !== '42501' || !String(message).includes('row-level security')) return thrown
  return outsideScope()
}

export const outsideScope = () =>
  new NexusError('access.outside_scope', 'forbidden', 'This lies outside of what your role is limited to.', {
    hint: 'nexusctl access whoami shows the limits; an admin changes them with nexusctl access person roles.',
  })
