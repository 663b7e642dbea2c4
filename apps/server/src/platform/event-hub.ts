import pg from 'pg'
import type { Happening } from './happening.ts'
import type { Log } from './log.ts'

export type EventHub = {
  readonly subscribe: (listener: (happening: Happening) => void) => () => void
  /** Whether the listening connection stands. */
  readonly heard: () => boolean
  readonly close: () => Promise<void>
}

/**
 * Hears what any node committed (`pg_notify` of one happening or a list, in the transaction of each change; of steps, soon
 * after it) and tells the listeners of this one.
 * After a lost connection listeners hear `{subject: '*'}` once: look again, something may have been missed.
 */
export async function openEventHub(url: string, log: Log): Promise<EventHub> {
  const listeners = new Set<(happening: Happening) => void>()
  let closed = false
  let client: pg.Client | undefined
  const tell = (happening: Happening) => {
    for (const each of [...listeners]) each(happening)
  }
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ connectionString: url, application_name: 'nexus-events', keepAlive: true })
    fresh.on('error', () => {})
    fresh.on('notification', ({ payload }) => {
      try {
        for (const each of [JSON.parse(payload ?? '') as Happening | readonly Happening[]].flat()) tell(each)
      } catch {
        log.warn('an event that is no JSON was left out')
      }
    })
    await fresh.connect()
    fresh.on('end', () => {
      client = undefined
      void again()
    })
    await fresh.query('listen nexus_event')
    client = fresh
  }
  const again = async (): Promise<void> => {
    while (!closed) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      try {
        await connect()
        tell({ subject: '*', action: 'look.again' })
        return
      } catch {
        log.warn('the event connection is gone, trying again')
      }
    }
  }
  await connect()
  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heard: () => client !== undefined,
    close: async () => {
      closed = true
      await client?.end()
    },
  }
}
