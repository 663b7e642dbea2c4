export type Role = 'admin' | 'user'

/** Someone who is signed in, as the tenant's identity provider told it. */
export type Person = {
  readonly subject: string
  readonly email: string
  readonly tenant: string
  readonly groups: readonly string[]
  readonly role: Role
}

export type Admission =
  | { readonly admitted: true; readonly person: Person }
  | { readonly admitted: false; readonly code: string; readonly reason: string }

const refused = (code: string, reason: string): Admission => ({ admitted: false, code, reason })

/** Who may come in, and as what: the claim `tenant` must be ours, and a group of ours must give a role. */
export function admit(claims: Readonly<Record<string, unknown>>, tenant: string): Admission {
  const { sub, email, groups: given } = claims
  if (typeof sub !== 'string' || sub === '') return refused('person.unknown', 'The sign-in did not say who you are.')
  if (claims.tenant !== tenant) {
    return refused('tenant.wrong', `Your account does not belong to ${tenant}. Sign in with an account of ${tenant}.`)
  }
  const groups = Array.isArray(given) ? given.filter((group) => typeof group === 'string') : []
  const role = roleOf(groups, tenant)
  if (role === undefined) {
    return refused('group.missing', `Your account has no role in ${tenant} yet. Ask its administrator for one.`)
  }
  return {
    admitted: true,
    person: { subject: sub, email: typeof email === 'string' ? email : '', tenant, groups, role },
  }
}

function roleOf(groups: readonly string[], tenant: string): Role | undefined {
  if (groups.includes(`${tenant}-admins`)) return 'admin'
  return groups.includes(`${tenant}-users`) ? 'user' : undefined
}
