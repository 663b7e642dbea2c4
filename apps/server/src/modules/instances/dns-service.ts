import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { type CheckResult, foldChecks } from '../../platform/check.ts'
import { addSeconds } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { type DnsWish, judgeDns, recordsFor } from './dns-judge.ts'
import { type DnsProvider, type DnsRecord, printRecord } from './dns-provider.ts'
import * as store from './dns-store.ts'
import { type DomainRules, hostsOf, parseDomain } from './domain.ts'

/** What the app's notices are asked to write. The same `key` is sent once, however often it is asked for. */
export type DnsMail = {
  readonly key: string
  readonly kind: 'dns-records' | 'dns-reminder'
  readonly instanceId: string
  readonly to: string
  readonly domain: string
  readonly records: readonly DnsRecord[]
}

export type DnsDeps = {
  readonly db: Database
  readonly provider: DnsProvider
  readonly now: () => Date
  readonly rules: DomainRules
  /** The names by which CAA records allow our certificate authority. */
  readonly authority: readonly string[]
  readonly mail: (actor: Actor, mail: DnsMail) => Promise<unknown>
}

export type EnsureDns = {
  readonly instanceId: string
  readonly domain: string
  /** Where the world reaches the host. */
  readonly address: string
  readonly address6?: string
  /** Who keeps the domain: the technical contact of the order. */
  readonly contact?: string
}

export type DnsState = { readonly done: boolean; readonly results: readonly CheckResult[] }

const secondsUntilReminder = 24 * 3600

export type DnsVerbs = ReturnType<typeof dnsService>

export const dnsService = ({ db, provider, now, rules, authority, mail }: DnsDeps) => {
  const letter = (wish: store.KeptWish, kind: DnsMail['kind']): DnsMail => ({
    key: `${kind}:${wish.instanceId}:${wish.records.map(printRecord).join(',')}`.slice(0, 280),
    kind,
    instanceId: wish.instanceId,
    to: wish.contact ?? '',
    domain: wish.domain,
    records: wish.records,
  })

  async function send(actor: Actor, wish: store.KeptWish, kind: DnsMail['kind']): Promise<void> {
    if (wish.contact === undefined) {
      throw new NexusError('dns.no_contact', 'conflict', `Nobody is known who could set the DNS of ${wish.domain}.`, {
        hint: 'Give the order a technical contact: nexusctl order amend',
      })
    }
    await mail(actor, letter(wish, kind))
  }

  return {
    /** Sets the records, or asks the technical contact for exactly them. Twice asks once. */
    async ensureDns(
      actor: Actor,
      wanted: EnsureDns,
    ): Promise<{ readonly how: 'set' | 'asked'; readonly records: readonly DnsRecord[] }> {
      requirePermission(actor, 'instances.write')
      const domain = parseDomain(wanted.domain, rules)
      const wish = toDnsWish(wanted, Object.values(hostsOf(domain)), authority)
      const records = recordsFor(wish)
      const how = await provider.ensure(records)
      const before = await store.findWish(db, wanted.instanceId)
      const same = before !== undefined && JSON.stringify(before.records) === JSON.stringify(records)
      const kept: store.KeptWish = same
        ? before
        : {
            instanceId: wanted.instanceId,
            domain,
            provider: provider.name,
            records,
            askedAt: now(),
            results: [],
            ...(wanted.contact === undefined ? {} : { contact: wanted.contact }),
          }
      if (how === 'asked') await send(actor, kept, 'dns-records')
      if (!same) {
        await db.inTransaction(async (tx) => {
          await store.saveWish(tx, kept)
          await recordAudit(tx, actor, {
            action: `dns.${how}`,
            subject: wanted.instanceId,
            after: { records: records.map(printRecord) },
            at: now(),
          })
        })
      }
      return { how, records }
    },

    /** Looks now. The flow calls it every minute until `done`; after a day the contact is reminded, once. */
    async lookDns(actor: Actor, wanted: EnsureDns): Promise<DnsState> {
      requirePermission(actor, 'instances.write')
      const names = Object.values(hostsOf(parseDomain(wanted.domain, rules)))
      const looks = await Promise.all(names.map((name) => provider.look(name)))
      const results = judgeDns(looks, toDnsWish(wanted, names, authority), now())
      const done = foldChecks(results) === 'pass'
      const kept = await store.findWish(db, wanted.instanceId)
      if (!kept) return { done, results }
      const remind =
        !done &&
        kept.contact !== undefined &&
        kept.provider === 'manual' &&
        kept.remindedAt === undefined &&
        addSeconds(kept.askedAt, secondsUntilReminder) <= now()
      if (remind) await send(actor, { ...kept, results }, 'dns-reminder')
      await db.inTransaction(async (tx) => {
        await store.saveWish(tx, { ...kept, results, lookedAt: now(), ...(remind ? { remindedAt: now() } : {}) })
        if (verdictOf(kept.results) !== verdictOf(results)) {
          await recordAudit(tx, actor, {
            action: 'dns.looked',
            subject: wanted.instanceId,
            before: verdictOf(kept.results),
            after: verdictOf(results),
            at: now(),
          })
        }
        if (remind) await recordAudit(tx, actor, { action: 'dns.reminded', subject: wanted.instanceId, at: now() })
      })
      return { done, results }
    },

    /** Takes back what was set for an instance; what a customer set is theirs. */
    async withdrawDns(actor: Actor, { instanceId }: { instanceId: string }): Promise<void> {
      requirePermission(actor, 'instances.write')
      const kept = await store.findWish(db, instanceId)
      if (!kept) return
      if (kept.provider === provider.name)
        await provider.withdraw([...new Set(kept.records.map((record) => record.name))])
      await db.inTransaction(async (tx) => {
        await store.removeWish(tx, instanceId)
        await recordAudit(tx, actor, { action: 'dns.withdrawn', subject: instanceId, at: now() })
      })
    },

    async dnsOf(actor: Actor, instanceId: string): Promise<store.KeptWish> {
      requirePermission(actor, 'instances.read')
      const kept = await store.findWish(db, instanceId)
      if (kept) return kept
      throw new NexusError('dns.not_found', 'missing', `Nothing was asked of DNS for instance ${instanceId} yet.`)
    },
  }
}

const toDnsWish = (
  { address, address6 }: EnsureDns,
  names: readonly string[],
  authority: readonly string[],
): DnsWish => ({
  names,
  address,
  authority,
  ...(address6 === undefined ? {} : { address6 }),
})

const verdictOf = (results: readonly CheckResult[]): string =>
  results.map((each) => `${each.name}:${each.status}`).join(' ')
