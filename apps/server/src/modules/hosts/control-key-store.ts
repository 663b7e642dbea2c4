import type { Db, Tx } from '../../platform/db.ts'
import { type KeyRing, sealedWith } from '../../platform/secret-box.ts'

export type ControlKeyState = 'current' | 'next'

export type ControlKey = {
  readonly hostId: string
  readonly state: ControlKeyState
  /** As it stands in authorized_keys: `from="..." ssh-ed25519 AAAA... nexus`. */
  readonly line: string
  readonly privateSealed: string
  readonly madeAt: Date
  readonly placedAt: Date | undefined
}

type Row = {
  host_id: string
  state: ControlKeyState
  line: string
  private_sealed: string
  made_at: Date
  placed_at: Date | null
}

const columns = 'k.host_id, k.state, k.line, k.private_sealed, k.made_at, k.placed_at'

const toKey = (row: Row): ControlKey => ({
  hostId: row.host_id,
  state: row.state,
  line: row.line,
  privateSealed: row.private_sealed,
  madeAt: row.made_at,
  placedAt: row.placed_at ?? undefined,
})

/** What a private key is bound to: it does not open for another host, nor beside another public part. */
export const keyBound = (hostId: string, line: string): string => `host-control-key/${hostId}/${line}`

export type ControlKeys = { readonly current?: ControlKey; readonly next?: ControlKey }

export async function findKeys(db: Db, hostId: string): Promise<ControlKeys> {
  const rows = await db.rows<Row>(`select ${columns} from host_control_key k where k.host_id = $1`, [hostId])
  return Object.fromEntries(rows.map((row) => [row.state, toKey(row)]))
}

/** Held until the transaction ends, so that two who make a next key make one. */
export const lockKeys = (tx: Tx, hostId: string): Promise<unknown> =>
  tx.rows(`select pg_advisory_xact_lock(hashtext('host-control-key'), hashtext($1))`, [hostId])

export async function addNextKey(tx: Tx, key: Omit<ControlKey, 'state' | 'placedAt'>): Promise<void> {
  await tx.rows(
    `insert into host_control_key (host_id, state, line, private_sealed, made_at) values ($1, 'next', $2, $3, $4)`,
    [key.hostId, key.line, key.privateSealed, key.madeAt],
  )
}

/** The next key is the one in use from now on; the one before it is gone for good. */
export async function promoteNextKey(tx: Tx, hostId: string, at: Date): Promise<void> {
  await tx.rows(`delete from host_control_key where host_id = $1 and state = 'current'`, [hostId])
  await tx.rows(`update host_control_key set state = 'current', placed_at = $2 where host_id = $1 and state = 'next'`, [
    hostId,
    at,
  ])
}

/** Seals anew what is not sealed with the current key; answers how many there were. */
export const resealControlKeys =
  (ring: KeyRing) =>
  async (tx: Tx, limit: number): Promise<number> => {
    const rows = await tx.rows<Row>(
      `select ${columns} from host_control_key k where not starts_with(k.private_sealed, $1) limit $2
       for update skip locked`,
      [sealedWith(ring.current()), limit],
    )
    for (const { host_id, state, line, private_sealed } of rows) {
      const bound = keyBound(host_id, line)
      await tx.rows('update host_control_key set private_sealed = $3 where host_id = $1 and state = $2', [
        host_id,
        state,
        ring.seal(ring.open(private_sealed, bound), bound),
      ])
    }
    return rows.length
  }
