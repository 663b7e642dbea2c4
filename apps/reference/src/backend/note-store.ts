import type pg from 'pg'

export type Note = { readonly id: string; readonly text: string; readonly author: string; readonly createdAt: Date }

export type NoteStore = ReturnType<typeof noteStore>

export function noteStore(db: pg.Pool, tenant: string) {
  const columns = `id::text, text, author, created_at AS "createdAt"`

  return {
    async list(): Promise<readonly Note[]> {
      return (
        await db.query<Note>(`SELECT ${columns} FROM note WHERE tenant = $1 ORDER BY id DESC LIMIT 100`, [tenant])
      ).rows
    },

    async add(author: string, text: string): Promise<Note> {
      const added = await db.query<Note>(
        `INSERT INTO note (tenant, author, text) VALUES ($1, $2, $3) RETURNING ${columns}`,
        [tenant, author, text],
      )
      const [note] = added.rows
      if (note === undefined) throw new Error('The database did not return the note it was given.')
      return note
    },

    /** Writes, reads back and removes again: a smoke test leaves nothing behind. */
    async proveRoundTrip(text: string): Promise<boolean> {
      const client = await db.connect()
      try {
        await client.query('BEGIN')
        const written = await client.query<{ id: string }>(
          'INSERT INTO note (tenant, author, text) VALUES ($1, $2, $3) RETURNING id::text',
          [tenant, 'smoke-test', text],
        )
        const read = await client.query<{ text: string }>('SELECT text FROM note WHERE id = $1', [written.rows[0]?.id])
        return read.rows[0]?.text === text
      } finally {
        await client.query('ROLLBACK').finally(() => client.release())
      }
    },
  }
}
