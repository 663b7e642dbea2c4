import { createHmac, randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Person } from './tenant-person.ts'

export const sessionSeconds = 8 * 60 * 60

export type SessionStore = ReturnType<typeof sessionStore>

/** The browser holds a random token; the database only a keyed hash of it, so that a copy of the table opens nothing. */
export function sessionStore(db: pg.Pool, secret: string) {
  const hash = (token: string) => createHmac('sha256', secret).update(token).digest('hex')

  return {
    async begin(person: Person): Promise<string> {
      const token = randomBytes(32).toString('base64url')
      await db.query('DELETE FROM session WHERE expires_at < now()')
      await db.query(
        `INSERT INTO session (token_hash, subject, email, tenant, groups, role, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`,
        [hash(token), person.subject, person.email, person.tenant, person.groups, person.role, sessionSeconds],
      )
      return token
    },

    async find(token: string, tenant: string): Promise<Person | undefined> {
      if (token === '') return undefined
      const found = await db.query<Person>(
        `SELECT subject, email, tenant, groups, role FROM session
         WHERE token_hash = $1 AND tenant = $2 AND expires_at > now()`,
        [hash(token), tenant],
      )
      return found.rows[0]
    },

    async end(token: string): Promise<void> {
      await db.query('DELETE FROM session WHERE token_hash = $1', [hash(token)])
    },
  }
}
