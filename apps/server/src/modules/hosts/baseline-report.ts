import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import { plainLine, plainText } from '../../platform/plain-text.ts'
import type { ProgramResult } from '../../platform/remote.ts'
import type { BaselineItem } from './baseline-item.ts'

export const ItemEvent = z.object({
  type: z.literal('item'),
  id: z.string(),
  status: z.enum(['ok', 'changed', 'failed', 'skipped', 'differs']),
  seconds: z.number(),
  before: z.string(),
  after: z.string(),
  /** What would change in its files, in the words of diff; of a comparison only. */
  diff: z.string().max(200_000).optional(),
})
export type ItemEvent = z.infer<typeof ItemEvent>

const DiffEvent = z.object({ type: z.literal('diff'), id: z.string(), path: z.string(), text: z.base64().max(40_000) })

const DoneEvent = z.object({
  type: z.literal('done'),
  version: z.string(),
  ok: z.number(),
  changed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  differs: z.number(),
  armed: z.boolean(),
  rebootRequired: z.boolean(),
  reverted: z.string(),
  seconds: z.number(),
})

export const BaselineCounts = DoneEvent.omit({ type: true })
export type BaselineReport = z.infer<typeof BaselineCounts> & { readonly items: readonly ItemEvent[] }

/** The answer of the baseline program; one that is not whole, or whose counts and lines disagree, is a failure. */
export function readBaseline(items: readonly BaselineItem[], result: ProgramResult): BaselineReport {
  const said = result.events.flatMap((each) => ItemEvent.safeParse(each).data ?? [])
  const done = result.events.flatMap((each) => DoneEvent.safeParse(each).data ?? [])[0]
  const known = new Set(items.map((each) => each.id))
  const whole =
    done !== undefined &&
    said.length === items.length &&
    new Set(said.map((each) => each.id)).size === known.size &&
    said.every((each) => known.has(each.id)) &&
    (['ok', 'changed', 'failed', 'skipped', 'differs'] as const).every(
      (status) => said.filter((each) => each.status === status).length === done[status],
    ) &&
    (result.exit === 0) === (done.failed === 0)
  if (done === undefined && told.includes(result.exit)) throw brokenOff(result.exit)
  if (!whole || done === undefined) {
    throw new NexusError(
      'host.baseline_unreadable',
      'conflict',
      `The baseline ended with ${result.exit} and without a whole report.`,
      {
        hint: plainLine(result.stderr || result.noise) || 'Run it again; what is done already stays done.',
      },
    )
  }
  const { type: _type, ...counts } = done
  return { ...counts, items: withDiffs(said, result.events) }
}

/** Exits of a program that was told to end, as a host that goes down tells all of them. */
const told: readonly number[] = [129, 130, 143]

const brokenOff = (exit: number) =>
  new NexusError(
    'host.baseline_broken_off',
    'unavailable',
    `The host ended the baseline (${exit}) before it was through: it may be going down.`,
    { hint: 'Run it again when the host answers; what is done already stays done.' },
  )

function withDiffs(items: readonly ItemEvent[], events: readonly unknown[]): readonly ItemEvent[] {
  const diffs = events.flatMap((each) => DiffEvent.safeParse(each).data ?? [])
  return items.map((item) => {
    const own = diffs.filter((each) => each.id === item.id)
    if (own.length === 0) return item
    return { ...item, diff: own.map(({ text }) => plainText(Buffer.from(text, 'base64').toString(), 20_000)).join('') }
  })
}

/** What an item of the baseline says of itself while it is worked on, as one line. */
export function baselineLine(event: unknown): string | undefined {
  const item = event as {
    type?: unknown
    id?: unknown
    status?: unknown
    text?: unknown
    for?: unknown
    seconds?: unknown
  } | null
  if (typeof item !== 'object' || item === null) return undefined
  if (item.type === 'item' && item.status !== 'ok') return `${String(item.id)}: ${String(item.status)}`
  if (typeof item.text === 'string') return item.text
  if (item.type === 'waiting') return `waiting for ${String(item.for)}, ${String(item.seconds)} s`
  return undefined
}

export function baselineFailed(name: string, items: readonly BaselineItem[], report: BaselineReport): NexusError {
  const event = report.items.find((each) => each.status === 'failed')
  const item = items.find((each) => each.id === event?.id)
  return new NexusError(
    'host.baseline_failed',
    'conflict',
    `On ${name} "${item?.title ?? 'an item'}" (${event?.id ?? '?'}) could not be made so: ${plainLine(event?.after ?? '')}`,
    {
      hint: item?.mend ?? 'Run the baseline again.',
    },
  )
}
