import type { Role } from '../../platform/actor.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { ApiToken } from './api-token.ts'
import type { Person } from './person.ts'

/** A token that works still, and why it may not be wanted any more. */
export type ReviewedToken = Omit<ApiToken, 'personId' | 'revokedAt'> & { readonly stale: readonly string[] }

/** One person as an auditor asks about them. */
export type Reviewed = Person & {
  /** Signs in at the identity provider of the company. */
  readonly signsIn: boolean
  readonly openSessions: number
  /** The last time a token or a session of theirs was used. */
  readonly lastUsedAt: Date | undefined
  readonly tokens: readonly ReviewedToken[]
  readonly stale: readonly string[]
}

export type Use = { readonly signsIn: boolean; readonly openSessions: number; readonly lastUsedAt: Date | undefined }

const far = (days: number, at: Date) => addSeconds(at, -days * 86_400)

function staleToken({ createdAt, lastUsedAt }: ApiToken, days: number, at: Date): readonly string[] {
  if (lastUsedAt !== undefined) return lastUsedAt <= far(days, at) ? [`not used for ${days} days`] : []
  return createdAt <= far(days, at) ? [`never used in ${days} days`] : []
}

const strong: readonly Role[] = ['admin', 'platform', 'provisioning']

/** What stands out: nothing of it is decided here, it is what an auditor asks about. Disabled people are not stale. */
export function review(person: Person, tokens: readonly ApiToken[], use: Use, days: number, at: Date): Reviewed {
  const working = tokens.map(({ personId: _owner, revokedAt: _revoked, ...token }) => ({
    ...token,
    stale: staleToken({ ...token, personId: person.id, revokedAt: undefined }, days, at),
  }))
  const limit = far(days, at)
  const unused =
    use.lastUsedAt === undefined
      ? person.createdAt <= limit && `never here in ${days} days`
      : use.lastUsedAt <= limit && `not here for ${days} days`
  const forgotten = working.some((each) => each.stale.length > 0) && 'has tokens nobody uses'
  const wide =
    working.some((each) => each.permissions === undefined) && person.roles.some((role) => strong.includes(role))
  const active = person.disabledAt === undefined
  const stale = [unused, forgotten, wide && 'a token gives all that the roles give'].filter(
    (each) => typeof each === 'string',
  )
  return { ...person, ...use, tokens: working, stale: active ? stale : [] }
}
