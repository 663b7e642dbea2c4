import { connectionOf, type Database } from '../platform/db.ts'
import { toFailure } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import type { Round } from './keepers.ts'

const lockSpace = 7003

/** Makes each round every so often, on one node at a time: whoever holds its lock. A round never overlaps itself. */
export function startRounds(db: Database, rounds: readonly Round[], log: Log): { readonly stop: () => Promise<void> } {
  const under = new Map<string, Promise<void>>()
  const timers = rounds.map((round) =>
    setInterval(() => {
      if (under.has(round.name)) return
      under.set(
        round.name,
        alone(db, round.name, round.work)
          .catch((thrown) =>
            log.warn({ round: round.name, failure: toFailure(thrown) }, 'a round could not be finished'),
          )
          .finally(() => under.delete(round.name)),
      )
    }, round.everySeconds * 1000),
  )
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(under.values())
    },
  }
}

/** The lock lives on a connection of its own for as long as the round takes; the work uses other connections. */
async function alone(db: Database, name: string, work: () => Promise<void>): Promise<void> {
  const client = await connectionOf(db.pool)
  try {
    const held = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as ok', [
      lockSpace,
      name,
    ])
    if (!held.rows[0]?.ok) return
    try {
      await work()
    } finally {
      await client.query('select pg_advisory_unlock($1, hashtext($2))', [lockSpace, name])
    }
  } finally {
    client.release()
  }
}
