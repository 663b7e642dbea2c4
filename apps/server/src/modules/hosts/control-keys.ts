import { isIP } from 'node:net'
import { type Actor, requirePermission } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import type { Database } from '../../platform/db.ts'
import { NexusError } from '../../platform/errors.ts'
import type { SecretBox } from '../../platform/secret-box.ts'
import { addNextKey, type ControlKey, findKeys, keyBound, lockKeys, promoteNextKey } from './control-key-store.ts'
import type { HostFacts } from './host-facts.ts'
import type { HostKeyPair } from './host-provider.ts'

export type ControlKeyDeps = {
  readonly db: Database
  readonly box: SecretBox
  /** The key that providers place at the first boot and people on machines of their own: good until the baseline. */
  readonly first: { readonly publicKey: string; readonly privateKey: () => Promise<string> }
  readonly newKey: () => HostKeyPair
  readonly now: () => Date
}

/** A session that may log in with the next key alone: that it gets in is the proof. */
export const nextKeySession = (hostId: string): string => `${hostId}#next-key`

/** One line of authorized_keys; `from` empty is from everywhere. */
export function keyLine(publicKey: string, from: readonly string[]): string {
  const wrong = from.find((each) => !isAddress(each))
  if (wrong !== undefined) {
    throw new NexusError('host.bad_control_address', 'invalid', `${wrong} is no address from which Nexus could come.`, {
      hint: 'controlAddresses takes 192.0.2.7, 192.0.2.0/24, 2001:db8::7 or 2001:db8::/48.',
    })
  }
  const words = from.length === 0 ? '' : `from="${[...new Set(from)].sort().join(',')}" `
  return `${words}${publicKey.trim().split(' ').slice(0, 2).join(' ')} nexus`
}

/** Every address Nexus may come from, with the one the host sees; none, which is everywhere, where nobody named any. */
export const sourcesOf = (named: readonly string[], facts: HostFacts | undefined): readonly string[] =>
  named.length === 0 ? [] : [...new Set([...named, ...(facts?.controlAddress ? [facts.controlAddress] : [])])].sort()

function isAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  return isIP(address) !== 0 && more.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
}

/** The key pairs with which Nexus opens its hosts: each host has its own, opened for one connection. */
export function controlKeys({ db, box, first, newKey, now }: ControlKeyDeps) {
  const open = (key: ControlKey): string => box.open(key.privateSealed, keyBound(key.hostId, key.line))
  const present = (...keys: readonly (ControlKey | undefined)[]): string[] =>
    keys.flatMap((key) => (key ? [open(key)] : []))

  return {
    firstKey: first.publicKey,

    /**
     * The private keys to try for an address, the likeliest first. A rekey that was cut off may have left either of two
     * on the host; the first key opens an account `nexus` only while the host has none of its own.
     */
    async toTry({ hostId, user }: { readonly hostId: string; readonly user: string }): Promise<readonly string[]> {
      const id = hostId.replace(/#.*$/, '')
      const { current, next } = await findKeys(db, id)
      if (hostId === nextKeySession(id)) return present(next)
      if (user !== 'nexus') return [await first.privateKey(), ...present(current)]
      return current ? present(current, next) : [...present(next), await first.privateKey()]
    },

    /** What the account `nexus` of a host has to hold. */
    async lineOf(hostId: string): Promise<string> {
      const { current, next } = await findKeys(db, hostId)
      return current?.line ?? next?.line ?? keyLine(first.publicKey, [])
    },

    find: (hostId: string) => findKeys(db, hostId),

    /** Makes the next key of a host; the one that was made already is the same again. */
    async makeNext(actor: Actor, hostId: string, from: readonly string[]): Promise<ControlKey> {
      requirePermission(actor, 'hosts.write')
      const pair = newKey()
      const line = keyLine(pair.publicKey, from)
      return db.inTransaction(async (tx) => {
        await lockKeys(tx, hostId)
        const { next } = await findKeys(tx, hostId)
        if (next) return next
        const made = { hostId, line, privateSealed: box.seal(pair.privateKey, keyBound(hostId, line)), madeAt: now() }
        await addNextKey(tx, made)
        await recordAudit(tx, actor, { action: 'host.key_made', subject: hostId, after: { line }, at: made.madeAt })
        return { ...made, state: 'next' as const, placedAt: undefined }
      })
    },

    /** After it was proven on the host. Where there is no next key it was promoted already. */
    async promote(actor: Actor, hostId: string): Promise<void> {
      requirePermission(actor, 'hosts.write')
      await db.inTransaction(async (tx) => {
        await lockKeys(tx, hostId)
        const { current, next } = await findKeys(tx, hostId)
        if (!next) return
        await promoteNextKey(tx, hostId, now())
        const before = { line: current?.line ?? keyLine(first.publicKey, []) }
        await recordAudit(tx, actor, {
          action: 'host.rekeyed',
          subject: hostId,
          before,
          after: { line: next.line },
          at: now(),
        })
      })
    },
  }
}

export type ControlKeyRing = ReturnType<typeof controlKeys>
