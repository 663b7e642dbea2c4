import type { Step } from './shapes.ts'

/** Steps in a row that did the same thing without trouble: a look that is repeated every minute is one line. */
export type StepGroup = { readonly last: Step; readonly earlier: readonly Step[]; readonly seconds: number }

export function groupSteps(steps: readonly Step[]): readonly StepGroup[] {
  const groups: StepGroup[] = []
  for (const step of [...steps].sort((a, b) => a.position - b.position)) {
    const before = groups.at(-1)
    if (before && before.last.name === step.name && before.last.state === 'done') {
      const seconds = before.seconds + (step.seconds ?? 0)
      groups[groups.length - 1] = { last: step, earlier: [...before.earlier, before.last], seconds }
    } else groups.push({ last: step, earlier: [], seconds: step.seconds ?? 0 })
  }
  return groups
}

/** The step under way; after the end of a run there is none. */
export const currentStep = (run: { readonly endedAt?: string; readonly steps: readonly Step[] }): Step | undefined =>
  run.endedAt === undefined ? run.steps.findLast((step) => step.state === 'running') : undefined
