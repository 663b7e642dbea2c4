import type { Tx } from '../db.ts'
import { type KeyRing, sealedWith } from '../secret-box.ts'

type Row = { readonly at: string; readonly sealed: string; readonly bound: string }

/** Where the embedded provider keeps sealed values, and what each is bound to. */
const places = [
  { table: 'embedded_key', column: 'sealed', bound: `'embedded-identity/keys'` },
  { table: 'embedded_client', column: 'secret_sealed', bound: `'embedded-client/' || t.id` },
  { table: 'embedded_record', column: 'sealed', bound: `t.model || '/' || t.id_hash` },
] as const

/** Seals anew what is not sealed with the current key; answers how many there were. */
export const resealEmbedded =
  (ring: KeyRing) =>
  async (tx: Tx, limit: number): Promise<number> => {
    let done = 0
    for (const { table, column, bound } of places) {
      const rows = await tx.rows<Row>(
        `select t.ctid::text as at, t.${column} as sealed, ${bound} as bound from ${table} t
         where not starts_with(t.${column}, $1) limit $2 for update skip locked`,
        [sealedWith(ring.current()), limit - done],
      )
      for (const row of rows) {
        const sealed = ring.seal(ring.open(row.sealed, row.bound), row.bound)
        await tx.rows(`update ${table} set ${column} = $2 where ctid = $1::tid`, [row.at, sealed])
      }
      done += rows.length
    }
    return done
  }
