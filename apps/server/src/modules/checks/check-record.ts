import { createHash } from 'node:crypto'
import { type CheckResult, foldChecks, type Verdict } from '../../platform/check.ts'
import { NexusError } from '../../platform/errors.ts'
import { plainLine, plainText } from '../../platform/plain-text.ts'

export type CheckId = string & { readonly __brand: 'CheckId' }

/** What a person said about a result. The result itself stays as it was. */
export type Attestation = {
  readonly actor: string
  readonly actorName: string
  readonly reason: string
  readonly at: Date
}

/** A result as it was recorded, and what people said about it. */
export type CheckRecord = CheckResult & {
  readonly id: CheckId
  readonly subject: string
  readonly runId: string | undefined
  readonly attestations: readonly Attestation[]
}

export type ChecklistItem = { readonly name: string; readonly title: string }

export type ChecklistState = {
  readonly checklist: string
  readonly verdict: Verdict
  readonly items: readonly (ChecklistItem & {
    readonly status: CheckResult['status']
    readonly result: CheckRecord | undefined
  })[]
}

export const evidenceLimit = 4096

/** Texts come from hosts and customers: cleaned and bounded before they are kept. */
export const cleaned = (result: CheckResult): CheckResult => ({
  ...result,
  title: plainLine(result.title),
  summary: plainLine(result.summary, 1000),
  asked: plainLine(result.asked, 1000),
  ...(result.evidence === undefined ? {} : { evidence: plainText(result.evidence, evidenceLimit) }),
})

/** What one recording found, as it is hashed: the hash stands in the entry, the text is kept for whoever asks for evidence. */
export function evidenceOf(results: readonly CheckResult[]): { readonly hash: string; readonly text: string } {
  const text = `${JSON.stringify(results, null, 1)}\n`
  return { hash: createHash('sha256').update(text).digest('hex'), text }
}

/** What was asked for against what was found; an item that nobody looked at is `unknown`. */
export function stateOf(
  checklist: string,
  items: readonly ChecklistItem[],
  found: readonly CheckRecord[],
): ChecklistState {
  const byName = new Map(found.map((each) => [each.name, each]))
  const states = items.map((item) => {
    const result = byName.get(item.name)
    return { ...item, status: result?.status ?? ('unknown' as const), result }
  })
  const results = states.map(
    ({ name, title, status, result }): CheckResult => result ?? { name, title, status, ...nobodyLooked },
  )
  return { checklist, verdict: foldChecks(results), items: states }
}

const nobodyLooked = { summary: 'nobody looked yet', asked: '', vantage: '', at: '' }

export const checkNotFound = (subject: string, name: string) =>
  new NexusError('checks.not_found', 'missing', `There is no result of ${name} for ${subject}.`, {
    hint: `nexusctl instance checks ${subject} lists what was looked at.`,
  })

export const reasonMissing = () =>
  new NexusError('checks.no_reason', 'invalid', 'An attestation needs a reason of 3 to 1000 characters.')
