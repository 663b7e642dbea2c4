import type { Db } from '../platform/db.ts'
import { addressPattern } from '../platform/erase-person.ts'

/** Tickets on their way (before Live) that name this address. */
export async function contactTickets(db: Db, email: string): Promise<string[]> {
  const rows = await db.rows<{ ticket: string }>(
    `select o.ticket from orders o
     where o.state not in ('Live', 'Incident', 'Cancelled') and o.fields::text ~* $1 order by o.ticket limit 20`,
    [addressPattern(email)],
  )
  return rows.map((row) => row.ticket)
}
