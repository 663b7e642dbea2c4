import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { type CheckResult, type CheckStatus, foldChecks } from '../../platform/check.ts'
import type { Database } from '../../platform/db.ts'
import { newId } from '../../platform/ids.ts'
import {
  type Attestation,
  type ChecklistItem,
  type ChecklistState,
  type CheckRecord,
  checkNotFound,
  cleaned,
  evidenceOf,
  reasonMissing,
  stateOf,
} from './check-record.ts'
import * as store from './check-store.ts'

export const checkService = ({ db, now }: { readonly db: Database; readonly now: () => Date }) => ({
  /** Keeps what was found. The same result (subject, name, time) again changes nothing. Answers how many were new. */
  async record(actor: Actor, subject: string, results: readonly CheckResult[], runId?: string): Promise<number> {
    requirePermission(actor, 'checks.attest')
    return db.inTransaction(async (tx) => {
      const fresh: CheckResult[] = []
      for (const result of results.map(cleaned)) {
        if (await store.addResult(tx, newId('chk', now()), subject, result, runId)) fresh.push(result)
      }
      if (fresh.length === 0) return 0
      const after = { verdict: foldChecks(fresh), ...countByStatus(fresh), ...(runId === undefined ? {} : { runId }) }
      const { hash, text } = evidenceOf(fresh)
      await store.addEvidence(tx, { hash, text, at: now() })
      await recordAudit(tx, actor, { action: 'checks.recorded', subject, after, evidence: hash, at: now() })
      return fresh.length
    })
  },

  /** The newest result of each check of a subject. */
  latest: (subject: string): Promise<CheckRecord[]> => store.listLatest(db, subject),

  history: (page: store.CheckPage): Promise<CheckRecord[]> => store.listHistory(db, page),

  /** A person vouches for something, with a reason. The result is not touched: it keeps saying what was seen. */
  async attest(
    actor: Actor,
    { subject, name, reason }: { subject: string; name: string; reason: string },
  ): Promise<CheckRecord> {
    requirePermission(actor, 'checks.attest')
    const why = reason.trim()
    if (why.length < 3 || why.length > 1000) throw reasonMissing()
    return db.inTransaction(async (tx) => {
      const found = await store.findLatest(tx, subject, name)
      if (!found) throw checkNotFound(subject, name)
      if (found.attestations.some((each) => each.actor === actor.id && each.reason === why)) return found
      const at = now()
      const said: Attestation = { actor: actor.id, actorName: actor.name, reason: why, at }
      await store.addAttestation(tx, newId('att', at), found.id, said)
      const after = { name, status: found.status, check: found.id }
      await recordAudit(tx, actor, { action: 'check.attested', subject, after, reason: why, at })
      return { ...found, attestations: [...found.attestations, said] }
    })
  },

  /** Says what must be answered about a subject, in order. */
  async expect(actor: Actor, subject: string, checklist: string, items: readonly ChecklistItem[]): Promise<void> {
    requirePermission(actor, 'checks.attest')
    await db.inTransaction(async (tx) => {
      const known = (await store.listItems(tx, subject)).filter((each) => each.checklist === checklist)
      const same =
        known.length === items.length &&
        items.every(({ name, title }, i) => known[i]?.name === name && known[i]?.title === title)
      if (same) return
      await store.replaceChecklist(tx, subject, checklist, items)
      const after = { checklist, items: items.map((each) => each.name) }
      await recordAudit(tx, actor, { action: 'checklist.set', subject, after, at: now() })
    })
  },

  /** The checklists of a subject against what was found; an item nobody looked at is `unknown`. */
  async checklists(subject: string): Promise<ChecklistState[]> {
    const [items, found] = [await store.listItems(db, subject), await store.listLatest(db, subject)]
    const names = [...new Set(items.map((each) => each.checklist))]
    return names.map((checklist) =>
      stateOf(
        checklist,
        items.filter((each) => each.checklist === checklist).map(({ name, title }) => ({ name, title })),
        found,
      ),
    )
  },
})

export type Checks = ReturnType<typeof checkService>

function countByStatus(results: readonly CheckResult[]): Partial<Record<CheckStatus, number>> {
  const counts: Partial<Record<CheckStatus, number>> = {}
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
