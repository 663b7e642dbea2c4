import {
  fingerprintOf,
  newSignerKey,
  parseNote,
  parseSignerKey,
  parseVerifierKey,
  type Signer,
  sameHash,
  type Verifier,
  verifierKeyOf,
} from '@nexus/trail'
import type { Actor } from '../../platform/actor.ts'
import { recordAudit } from '../../platform/audit.ts'
import { type Db, joinTransaction, type Tx } from '../../platform/db.ts'
import { newSecret } from '../../platform/ids.ts'
import * as store from './log-store.ts'

export type KeySecrets = {
  readonly put: (actor: Actor, secret: { tenant: string; name: string; value: string }) => Promise<string>
  readonly reveal: (ref: string) => Promise<string>
}

export type PublicKey = { readonly verifierKey: string; readonly fingerprint: string; readonly since: Date }

/** Signing keys by their reference, each read once by a process: a reading is an entry, and every entry is signed. */
export function signersIn(secrets: Pick<KeySecrets, 'reveal'>) {
  const known = new Map<string, Signer>()
  return async (ref: string): Promise<Signer> => {
    const signer = known.get(ref) ?? parseSignerKey(await secrets.reveal(ref))
    known.set(ref, signer)
    return signer
  }
}

/** What the log signs with: the newest key, and the one before it until a checkpoint of both was made. */
export async function signersOf(
  tx: Tx,
  signerOf: (ref: string) => Promise<Signer>,
  last: string | undefined,
): Promise<readonly Signer[]> {
  const [newest, before] = await store.listKeys(tx)
  if (!newest) return []
  const { keyId } = parseVerifierKey(newest.verifierKey)
  const known = last === undefined || parseNote(last).signatures.some((each) => sameHash(each.keyId, keyId))
  const wanted = known || !before ? [newest] : [newest, before]
  return Promise.all(wanted.map(({ secret }) => signerOf(secret)))
}

/** The next key, under the name that the log has; the first one gives it its name. The entry goes along. */
export async function addSigningKey(
  tx: Tx,
  actor: Actor,
  { secrets, at, origin, reason }: { secrets: KeySecrets; at: Date; origin: string; reason?: string },
): Promise<PublicKey> {
  const [newest] = await store.listKeys(tx)
  const name = newest ? parseVerifierKey(newest.verifierKey).name : origin || `nexus-${newSecret(6)}/trail`
  const signerKey = newSignerKey(name)
  const verifierKey = verifierKeyOf(signerKey)
  const of = { tenant: 'nexus', name: 'trail-key', value: signerKey }
  const secret = await joinTransaction(tx, () => secrets.put(actor, of))
  await store.addKey(tx, { verifierKey, secret, at })
  await recordAudit(tx, actor, {
    action: newest ? 'trail.key_rotated' : 'trail.key_made',
    subject: 'trail',
    ...(newest ? { before: { key: newest.verifierKey } } : {}),
    after: { key: verifierKey, ...(reason === undefined ? {} : { reason }) },
    impersonal: true,
    at,
  })
  return { verifierKey, fingerprint: fingerprintOf(verifierKey), since: at }
}

export const publicKeys = async (db: Db): Promise<readonly PublicKey[]> =>
  (await store.listKeys(db)).map(({ verifierKey, at }) => ({
    verifierKey,
    fingerprint: fingerprintOf(verifierKey),
    since: at,
  }))

export const verifiersOf = async (db: Db): Promise<readonly Verifier[]> =>
  (await store.listKeys(db)).map(({ verifierKey }) => parseVerifierKey(verifierKey))
