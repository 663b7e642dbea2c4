import { type Actor, requirePermission, systemActor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database, Tx } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import { type KeyRing, keyIdOf, sealedWith, wrongMasterKey } from '../../platform/secret-box.ts'
import { boundTo } from './secret.ts'
import * as store from './secret-store.ts'

/** Seals anew at most `limit` of what is not sealed with the current key; answers how many there were. */
export type Resealer = (tx: Tx, limit: number) => Promise<number>

export type MasterKeyDeps = {
  readonly db: Database
  readonly ring: KeyRing
  readonly now: () => Date
  /** The key to move to, where there is one. */
  readonly nextKey: () => Buffer | undefined
  /** Whoever else keeps sealed rows. */
  readonly resealers: readonly Resealer[]
}

export type MasterKeyState = { readonly keyId: string; readonly since: Date; readonly resealed: number }

const batch = 200
const house = systemActor('master-key')

export const masterKeyService = ({ db, ring, now, nextKey, resealers }: MasterKeyDeps) => {
  /** Takes up the key that seals now; the next key may be it already, because another node or an earlier start moved. */
  function take(keyId: string): void {
    if (ring.current() === keyId) return
    const next = ring.has(keyId) ? undefined : nextKey()
    if (next) ring.add(next)
    if (!ring.has(keyId)) throw wrongMasterKey(keyId)
    ring.use(keyId)
  }

  const ownRows: Resealer = async (tx, limit) => {
    const found = await store.lockSealedOtherwise(tx, sealedWith(ring.current()), limit)
    for (const { secret, sealed } of found) {
      const bound = boundTo(secret)
      await store.saveSealed(tx, secret, ring.seal(ring.open(sealed, bound), bound))
    }
    return found.length
  }

  /** In small transactions, so that nobody waits for it; killed in the middle, the next one goes on. */
  async function resealAll(): Promise<number> {
    let resealed = 0
    for (const each of [ownRows, ...resealers]) {
      for (let count = batch; count === batch; resealed += count) {
        count = await db.inTransaction((tx) => each(tx, batch))
      }
    }
    return resealed
  }

  return {
    /** At the start: the key at hand must be the one that secrets here are sealed with. The first start writes it down. */
    async settle(): Promise<void> {
      await db.inTransaction(async (tx) => {
        await store.lockMasterKey(tx)
        const current = await store.findMasterKey(tx)
        if (current) return take(current.id)
        const at = now()
        await store.addMasterKey(tx, ring.current(), at, house.id)
        await recordAudit(tx, house, { action: 'master_key.first', subject: ring.current(), at })
      })
    },

    /** On every node, every few seconds: another node may have moved to the next key. */
    async follow(): Promise<void> {
      const current = await store.findMasterKey(db)
      if (current) take(current.id)
    },

    /** What a node sealed with the old key before it followed. */
    resealStragglers: resealAll,

    /** Moves to the next key while everything runs; a repeated call finishes what an earlier one left. */
    async rotate(actor: Actor): Promise<MasterKeyState> {
      requirePermission(actor, 'secrets.master')
      const next = nextKey()
      if (!next) throw noNextKey()
      const keyId = keyIdOf(next)
      const since = await db.inTransaction(async (tx) => {
        await store.lockMasterKey(tx)
        const current = await store.findMasterKey(tx)
        if (current?.id === keyId) return current.since
        ring.add(next)
        const at = now()
        await store.addMasterKey(tx, keyId, at, actor.id)
        const before = current?.id
        await recordAudit(tx, actor, { action: 'master_key.rotated', subject: keyId, before, after: keyId, at })
        return at
      })
      take(keyId)
      return { keyId, since, resealed: await resealAll() }
    },
  }
}

export type MasterKeys = ReturnType<typeof masterKeyService>

const noNextKey = () =>
  new NexusError('secrets.no_next_master_key', 'conflict', 'There is no next master key to move to.', {
    hint: 'Write one where masterKeyNextFile says, on every node: (umask 077; openssl rand -base64 32 > FILE).',
  })
