import type { Db } from '../../platform/db.ts'
import type { Use } from './access-review.ts'

type Row = { person_id: string; signs_in: boolean; open_sessions: number; last_used_at: Date | null }

/** How each of these people came in lately: sessions and tokens, ended ones too. */
export async function usesOf(db: Db, people: readonly string[], at: Date): Promise<ReadonlyMap<string, Use>> {
  const rows = await db.rows<Row>(
    `select p.id as person_id,
       exists (select from person_login l where l.person_id = p.id) as signs_in,
       (select count(*)::int from session s where s.person_id = p.id and s.ended_at is null and s.expires_at > $2) as open_sessions,
       greatest((select max(s.last_used_at) from session s where s.person_id = p.id),
                (select max(t.last_used_at) from api_token t where t.person_id = p.id)) as last_used_at
     from person p where p.id = any ($1)`,
    [people, at],
  )
  return new Map(
    rows.map((row) => [
      row.person_id,
      { signsIn: row.signs_in, openSessions: row.open_sessions, lastUsedAt: row.last_used_at ?? undefined },
    ]),
  )
}
