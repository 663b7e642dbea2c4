import { AsyncLocalStorage } from 'node:async_hooks'

/** What a run did so far, in its order: the name of each step and how it ended. */
export type RecordedStep = {
  readonly position: number
  readonly name: string
  readonly output: unknown
  readonly error: unknown
}

type Rehearsal = {
  readonly recorded: ReadonlyMap<number, RecordedStep>
  next: number
  over: boolean
  differs: string
}

const rehearsals = new AsyncLocalStorage<Rehearsal>()

/** Ends a rehearsal: the run came no further, or it goes another way now. Every step from there on ends so. */
class RehearsalOver extends Error {}

/** The recorded answer of the next step of the story, while it is only rehearsed; undefined outside of a rehearsal. */
export function rehearsed(name: string): { readonly output: unknown } | undefined {
  const rehearsal = rehearsals.getStore()
  if (!rehearsal) return undefined
  const { recorded, next, over } = rehearsal
  const before = recorded.get(next)
  if (over || !before || before.name !== name) {
    if (!over && before) rehearsal.differs = `its step ${next} was "${before.name}" and is "${name}" now`
    rehearsal.over = true
    throw new RehearsalOver()
  }
  rehearsal.next += 1
  if (before.error) throw before.error
  return { output: before.output }
}

/** The end of a run was once recorded like a step: runs from then may have it as their last one. */
const endOnceRecorded = 'end the run'

/**
 * Tells a story along what one of its runs did, without doing anything. Answers where it would go another way than the
 * run did, or an empty text: it would go on from where the run is.
 */
export async function rehearse(story: () => Promise<unknown>, recorded: readonly RecordedStep[]): Promise<string> {
  const rehearsal: Rehearsal = {
    recorded: new Map(recorded.map((each) => [each.position, each])),
    next: Math.min(...recorded.map((each) => each.position)),
    over: recorded.length === 0,
    differs: '',
  }
  await rehearsals.run(rehearsal, async () => {
    await story().catch(() => {})
  })
  const { next, over, differs } = rehearsal
  const beyond = over ? undefined : rehearsal.recorded.get(next)
  if (!beyond || beyond.name === endOnceRecorded) return differs
  return `its step ${next} was "${beyond.name}" and it ends before that now`
}
