import type { CheckResult } from '../../platform/check.ts'
import type { Deviation, DriftRow, LookRow } from './drift-store.ts'

export type DriftItem = {
  readonly id: string
  readonly title: string
  readonly found: string
  readonly firstSeen: Date
  /** Somebody accepted that it differs, until then. */
  readonly accepted?: { readonly id: string; readonly until: Date; readonly reason: string }
}

export type DriftVerdict = 'pass' | 'fail' | 'unknown'

/** What is known of a host and the baseline it should have. `seenAt`: when it last answered wholly. */
export type HostCheck = {
  readonly hostId: string
  readonly hostName: string
  readonly verdict: DriftVerdict
  readonly summary: string
  /** The version it should have. */
  readonly version: string | undefined
  readonly seenAt: Date | undefined
  readonly items: readonly DriftItem[]
}

type Known = {
  readonly host: { readonly id: string; readonly name: string }
  readonly version: string | undefined
  readonly titleOf: (item: string) => string
  readonly look: LookRow
  readonly drift: readonly DriftRow[]
  readonly deviations: readonly Deviation[]
  readonly freshSeconds: number
  readonly at: Date
}

/** A host that nobody could look at, or not lately, or not with this version, is `unknown`: never a pass. */
export function judgeDrift(known: Known): HostCheck {
  const { host, version, look, drift, deviations, at } = known
  const items = drift.map(({ item, found, firstSeen }) => {
    const accepted = deviations.find((each) => each.item === item && each.endedAt === undefined && each.until > at)
    return {
      ...{ id: item, title: known.titleOf(item), found, firstSeen },
      ...(accepted ? { accepted: { id: accepted.id, until: accepted.until, reason: accepted.reason } } : {}),
    }
  })
  const answer = (verdict: DriftVerdict, summary: string): HostCheck => ({
    hostId: host.id,
    hostName: host.name,
    verdict,
    summary,
    version,
    seenAt: look.seenAt,
    items,
  })
  const seen = look.seenAt
  if (look.failedAt !== undefined && (seen === undefined || look.failedAt >= seen)) {
    return answer('unknown', look.failure ?? 'it could not be looked at')
  }
  if (seen === undefined || version === undefined) return answer('unknown', 'nobody looked at it yet')
  if (look.version !== version) {
    return answer('unknown', `it was compared with version ${look.version ?? 'none'}, and ${version} is wanted now`)
  }
  if ((at.getTime() - seen.getTime()) / 1000 > known.freshSeconds) {
    return answer('unknown', `it was last looked at ${seen.toISOString()}`)
  }
  const open = items.filter((each) => each.accepted === undefined)
  if (open.length > 0) return answer('fail', `differs in ${open.map((each) => each.id).join(', ')}`)
  const accepted = items.length === 0 ? '' : `, but for ${items.length} accepted deviations`
  return answer('pass', `version ${version} held at ${seen.toISOString()}${accepted}`)
}

/** The same as a check, for whoever gates on it. */
export const driftCheck = (check: HostCheck, at: Date): CheckResult => ({
  name: 'baseline.holds',
  title: `The baseline of ${check.hostName} holds (S0-65..80)`,
  status: check.verdict,
  summary: check.summary,
  asked: `the checks of baseline ${check.version ?? '?'}, last seen ${check.seenAt?.toISOString() ?? 'never'}`,
  vantage: 'the host itself',
  at: at.toISOString(),
})
