import type { ItemOf } from '@nexus/client'
import { misused } from '../failure.ts'

export type Limits = ItemOf<'listPeople'>['limits']
type Scope = NonNullable<Limits[keyof Limits]>

const dimensions = { region: 'regions', plan: 'plans', customer: 'customers' } as const

export const onlyOption = [
  '--only <role:limit>',
  'limit a role, e.g. provisioning:region=eu-1 or support:customer=Acme GmbH; may be repeated',
] as const

/** One value each time: a customer's name may hold a comma. */
export const repeated = (word: string, before: readonly string[] = []): readonly string[] => [...before, word]

/** `provisioning:region=eu-1` and its like, together: values of one kind are alternatives, kinds have all to hold. */
export function readLimits(words: readonly string[]): Limits {
  const limits: Record<string, Scope> = {}
  for (const word of words) {
    const [, role = '', kind = '', value = ''] = /^(\w+):(region|plan|customer)=(.+)$/.exec(word) ?? []
    const dimension = dimensions[kind as keyof typeof dimensions]
    if (!dimension) throw misused(`--only ${word} is no limit.`, 'For example --only provisioning:region=eu-1')
    const before = limits[role]
    limits[role] = { ...before, [dimension]: [...(before?.[dimension] ?? []), value] }
  }
  return limits as Limits
}

export const limitsText = (limits: Limits): string =>
  Object.entries(limits)
    .flatMap(([role, scope]) =>
      Object.entries(dimensions).map(([kind, dimension]) => {
        const values = scope?.[dimension]
        return values && values.length > 0 ? `${role}:${kind}=${values.join('|')}` : ''
      }),
    )
    .filter((each) => each !== '')
    .join(' ')
