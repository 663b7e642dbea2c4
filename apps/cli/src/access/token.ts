import type { ItemOf } from '@nexus/client'
import { table } from '../io.ts'
import { moment } from '../show.ts'

/** A token as the API answers it; its text is shown once, when it is made. */
export type Token = ItemOf<'listTokens'>

export const tokensText = (tokens: readonly Token[]): string =>
  table(
    ['token', 'name', 'person', 'may', 'until', 'last used', 'state'],
    tokens.map((each) => [
      each.id,
      each.name,
      each.personId,
      each.permissions?.join(',') ?? 'all its person may',
      moment(each.expiresAt) ?? '',
      moment(each.lastUsedAt) ?? 'never',
      each.revokedAt ? 'revoked' : 'active',
    ]),
  )
