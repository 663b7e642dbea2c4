import type { Db } from './db.ts'

/** Something changed: the subject it concerns (an order id), what, and in which run. */
export type Happening = { readonly subject: string; readonly action: string; readonly run?: string }

/** A notice of Postgres takes less than 8,000 bytes. */
const noticeBytes = 7900

/** What the event hubs of all nodes hear, in a few texts of JSON lists; the same is told once. */
export function noticesOf(happened: readonly Happening[]): string[] {
  const told = new Set(happened.map(({ subject, action, run }) => JSON.stringify({ subject, action, run })))
  const texts: string[] = []
  let [held, bytes]: [string[], number] = [[], 2]
  for (const each of told) {
    const more = Buffer.byteLength(each) + 1
    if (bytes + more > noticeBytes) {
      texts.push(`[${held}]`)
      held = []
      bytes = 2
    }
    held.push(each)
    bytes += more
  }
  return [...texts, `[${held}]`]
}

/** Tells the event hubs of all nodes of what is committed already. */
export async function notify(db: Db, happened: readonly Happening[]): Promise<void> {
  await db.rows(
    `select pg_notify('nexus_event', happened) from unnest($1::text[]) as given (happened)`,
    [noticesOf(happened)],
    'notify',
  )
}
