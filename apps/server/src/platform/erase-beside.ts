import type { Actor } from './actor.ts'
import { recordAudit } from './audit.ts'
import type { Tx } from './db.ts'
import { addressPattern } from './erase-person.ts'

/** So many ids fit into one entry. */
const together = 1500

/** Entries of the trail beside which this address stands. */
export async function entriesBeside(tx: Tx, email: string): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select e.id from audit_entry e where e.salt is not null
        and (e.before::text ~* $1 or e.after::text ~* $1 or e.reason ~* $1) order by e.id`,
    [addressPattern(email)],
  )
  return rows.map((each) => each.id)
}

/**
 * Takes away what stands beside these entries of the trail, and the salt with it, so that nobody can guess it from the hash
 * that stays. An entry names them; the database refuses it otherwise.
 */
export async function eraseBeside(
  tx: Tx,
  actor: Actor,
  { entries, subject, at }: { readonly entries: readonly string[]; readonly subject: string; readonly at: Date },
): Promise<void> {
  for (let first = 0; first < entries.length; first += together) {
    const some = entries.slice(first, first + together)
    await recordAudit(tx, actor, { action: 'trail.erased', subject, after: { entries: some }, impersonal: true, at })
    await tx.rows('select erase_beside($1)', [some])
  }
}
