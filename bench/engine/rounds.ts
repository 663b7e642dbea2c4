import { setTimeout as pause } from 'node:timers/promises'

/** A round of flows of steps that do nothing, told alike by Nexus and by the engine alone. */

export const stepsEach = 50
export const atOnce = 20

export type Round = { readonly name: string; readonly flows: number }
/** `seconds`: all flows at once; `alone`: five flows one after the other, each in milliseconds. */
export type RoundTook = { readonly seconds: number; readonly alone: readonly number[] }

/**
 * All flows of a round begin together: were there more than may run at once, each wave would wait for the queue to look
 * again, every 100 ms. `ended` answers what the flows with this beginning of their id took that are over, in milliseconds.
 */
export async function roundOf(
  { name, flows }: Round,
  start: (id: string) => Promise<void>,
  ended: (prefix: string) => Promise<readonly number[]>,
): Promise<RoundTook> {
  const over = async (prefix: string, count: number) => {
    const began = performance.now()
    for (;;) {
      const took = await ended(prefix)
      if (took.length >= count) return took
      if (performance.now() - began > 60_000) throw new Error(`${took.length} of ${count} flows of ${prefix} ended.`)
      await pause(5)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: flows }, (_, at) => start(`${name}:together:${at}`)))
  await over(`${name}:together:`, flows)
  const seconds = (performance.now() - began) / 1000
  const alone: number[] = []
  for (let at = 0; at < 5; at += 1) {
    await start(`${name}:alone:${at}`)
    alone.push(...(await over(`${name}:alone:${at}`, 1)))
  }
  return { seconds, alone }
}

/** What `ended` asks, of the engine's rows in this schema. */
export const endedIn = (schema: string): string =>
  `select completed_at - started_at_epoch_ms as ms from ${schema}.workflow_status where workflow_uuid like $1 and status = 'SUCCESS'`
