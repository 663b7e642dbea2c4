import { systemActor } from '../platform/actor.ts'
import type { Database, Tx } from '../platform/db.ts'
import { toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { type DuePromise, takeDue } from '../platform/promises.ts'

/** What keeps a kind of promise. It runs in the transaction that takes it: start a flow or change rows, nothing remote. */
export type Keeper = (tx: Tx, due: DuePromise) => Promise<void>

export type Sweeper = { readonly stop: () => Promise<void>; readonly sweep: () => Promise<number> }

export const sweeping = systemActor('sweeper')

/**
 * Looks for due promises every `everySeconds` on every node; each is taken by one of them. A promise whose keeper fails
 * stays due and is taken again at the next look; a kind that nobody keeps is logged and stays.
 */
export function startSweeper({
  db,
  log,
  now,
  keepers,
  everySeconds,
}: {
  db: Database
  log: Log
  now: () => Date
  keepers: Readonly<Record<string, Keeper>>
  everySeconds: number
}): Sweeper {
  let running: Promise<number> | undefined
  const one = async (): Promise<boolean> =>
    db.inTransaction(async (tx) => {
      const [due] = await takeDue(tx, now(), 1, Object.keys(keepers))
      if (!due) return false
      const keep = keepers[due.kind]
      if (keep) await keep(tx, due)
      return true
    })
  const sweep = async (): Promise<number> => {
    let kept = 0
    for (; kept < 500; kept += 1) if (!(await one())) break
    return kept
  }
  const timer = setInterval(() => {
    running ??= sweep()
      .catch((thrown) => {
        log.error({ failure: toFailure(thrown) }, 'a promise could not be kept and is tried again')
        return 0
      })
      .finally(() => {
        running = undefined
      })
  }, everySeconds * 1000)
  return {
    sweep,
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
