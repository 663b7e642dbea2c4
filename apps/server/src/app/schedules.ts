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
  /** A promise whose keeper fails is left out for the rest of the sweep, so that it does not hold up the others. */
  const one = async (stuck: Set<string>): Promise<boolean> => {
    let taken: string | undefined
    try {
      return await db.inTransaction(async (tx) => {
        const [due] = await takeDue(tx, now(), 1, Object.keys(keepers), [...stuck])
        if (!due) return false
        taken = due.id
        await keepers[due.kind]?.(tx, due)
        return true
      })
    } catch (thrown) {
      if (taken === undefined) throw thrown
      stuck.add(taken)
      log.error({ promise: taken, failure: toFailure(thrown) }, 'a promise could not be kept and is tried again')
      return true
    }
  }
  const sweep = async (): Promise<number> => {
    const stuck = new Set<string>()
    let looked = 0
    while (looked < 500 && (await one(stuck))) looked += 1
    return looked - stuck.size
  }
  const timer = setInterval(() => {
    running ??= sweep()
      .catch((thrown) => {
        log.error({ failure: toFailure(thrown) }, 'promises could not be looked for')
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
