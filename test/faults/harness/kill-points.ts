import type { Contact } from '../../../apps/server/src/platform/adapters/pretend-world-server.ts'

/** One moment at which a node is killed: of which story, at which step, and when. */
export type KillPoint = {
  readonly story: StoryName
  readonly step: string
  readonly moment: 'before' | 'in' | 'after'
  /** At the so-manieth contact with the world, before or after that was done; without one, in the middle of our rows. */
  readonly contact?: { readonly at: number; readonly when: 'before' | 'after' }
}

export type StoryName = 'deliver' | 'rebuild' | 'give back'

/** What an undisturbed story did, from which the points are drawn. */
export type Told = {
  readonly story: StoryName
  readonly steps: readonly string[]
  readonly contacts: readonly Contact[]
}

/** Steps of the engine itself have no beginning of their own. */
const unannounced = new Set(['end the run', 'pause'])

/** Every step before, in and after; where it touches the world, in is at its first, its last and one more contact. */
export function killPoints({ story, steps, contacts }: Told, below: (limit: number) => number): readonly KillPoint[] {
  return steps.flatMap((step): KillPoint[] => {
    const count = contacts.filter((each) => each.step === step).length
    const at = [...new Set([1, count, 1 + below(Math.max(1, count))])]
    const inside: KillPoint[] =
      count === 0
        ? step === 'pause'
          ? []
          : [{ story, step, moment: 'in' }]
        : at.map((each) => ({
            story,
            step,
            moment: 'in',
            contact: { at: each, when: each === count || below(2) === 1 ? 'after' : 'before' },
          }))
    return [
      ...(unannounced.has(step) ? [] : [{ story, step, moment: 'before' } as const]),
      ...inside,
      { story, step, moment: 'after' },
    ]
  })
}

export const nameOf = ({ story, step, moment, contact }: KillPoint): string =>
  `${story}: ${moment} "${step}"${contact ? `, ${contact.when} contact ${contact.at} with the world` : ''}`
