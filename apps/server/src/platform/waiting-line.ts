import type { NexusError } from './errors.ts'

export type WaitingLineLimits = {
  /** Inside at once. */
  readonly atOnce: number
  /** Outside the door at most; whoever comes then is refused. */
  readonly waiting: number
  /** How long one waits; undefined: as long as it takes. */
  readonly waitSeconds?: number
}

export type WaitingLine = {
  /** Answers how to leave; leaving twice is leaving once. Fails with `refused` when the line is full or too slow. */
  readonly enter: () => Promise<() => void>
  readonly inside: () => number
  readonly waiting: () => number
}

type Waiter = { readonly letIn: () => void; readonly late: NodeJS.Timeout | undefined }

/** Lets so many in at once and the others wait in the order they came: nothing here grows without end. */
export function waitingLine(limits: WaitingLineLimits, refused: () => NexusError): WaitingLine {
  const line = new Set<Waiter>()
  let inside = 0

  const leaving = () => {
    let left = false
    return () => {
      if (left) return
      left = true
      const [next] = line
      if (!next) {
        inside -= 1
        return
      }
      line.delete(next)
      clearTimeout(next.late)
      next.letIn()
    }
  }

  return {
    enter: () => {
      if (inside < limits.atOnce) {
        inside += 1
        return Promise.resolve(leaving())
      }
      if (line.size >= limits.waiting) return Promise.reject(refused())
      return new Promise((resolve, reject) => {
        const tooLate = () => {
          line.delete(waiter)
          reject(refused())
        }
        const late = limits.waitSeconds === undefined ? undefined : setTimeout(tooLate, limits.waitSeconds * 1000)
        const waiter: Waiter = { late, letIn: () => resolve(leaving()) }
        line.add(waiter)
      })
    },
    inside: () => inside,
    waiting: () => line.size,
  }
}

/** Does the work for each of them, so many at once; the answers are in the order of the items. */
export async function eachInLine<Item, Answer>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const line = items.entries()
  const serve = async () => {
    for (const [place, item] of line) answers[place] = await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, serve))
  return answers
}
