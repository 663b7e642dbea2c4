import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { NexusError } from './errors.ts'

/**
 * AES-256-GCM. A sealed value is `v2.<key>.<nonce>.<tag>.<ciphertext>`: the fingerprint of the key it was sealed with,
 * the rest in base64url; `bound` (for instance tenant/name/version) is the additional data, so a row moved elsewhere
 * does not open. `v1` has no fingerprint.
 */
export type SecretBox = {
  readonly seal: (value: string, bound: string) => string
  readonly open: (sealed: string, bound: string) => string
}

/** A box with several keys: all of them open, one of them seals. */
export type KeyRing = SecretBox & {
  readonly current: () => string
  readonly add: (masterKey: Buffer) => string
  readonly has: (keyId: string) => boolean
  /** From now on this one seals. */
  readonly use: (keyId: string) => void
}

/** Says which key it is and nothing about it. */
export const keyIdOf = (masterKey: Buffer): string =>
  createHash('sha256').update('nexus master key').update(masterKey).digest('hex').slice(0, 12)

/** How a value begins that was sealed with this key. */
export const sealedWith = (keyId: string): string => `v2.${keyId}.`

/** `masterKey`: 32 bytes. */
export function secretBox(masterKey: Buffer): KeyRing {
  const keys = new Map<string, Buffer>()
  const add = (key: Buffer): string => {
    if (key.length !== 32) throw badMasterKey()
    keys.set(keyIdOf(key), key)
    return keyIdOf(key)
  }
  let current = add(masterKey)
  return {
    current: () => current,
    add,
    has: (keyId) => keys.has(keyId),
    use: (keyId) => {
      if (!keys.has(keyId)) throw wrongMasterKey(keyId)
      current = keyId
    },
    seal: (value, bound) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keys.get(current) ?? masterKey, nonce)
      cipher.setAAD(Buffer.from(bound))
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
      const parts = [nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'))
      return `${sealedWith(current)}${parts.join('.')}`
    },
    open: (sealed, bound) => {
      const [version, ...rest] = sealed.split('.')
      const [keyId, parts] = version === 'v2' ? [rest[0], rest.slice(1)] : [undefined, rest]
      const fitting = keyId === undefined ? [...keys.values()] : [keys.get(keyId)]
      for (const key of fitting) {
        const value = key && (version === 'v1' || version === 'v2') ? opened(key, parts, bound) : undefined
        if (value !== undefined) return value
      }
      throw new NexusError('secrets.cannot_open', 'conflict', 'A secret does not open with this master key.', {
        hint: 'Start nexusd with the master key that the secret was sealed with.',
      })
    },
  }
}

function opened(key: Buffer, [nonce, tag, text]: readonly string[], bound: string): string | undefined {
  if (!nonce || !tag || text === undefined) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(bound))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const badMasterKey = () =>
  new NexusError('secrets.bad_master_key', 'invalid', 'The master key is not 32 bytes long.', {
    hint: 'Make one with: openssl rand -base64 32',
  })

export const wrongMasterKey = (keyId: string) =>
  new NexusError('secrets.wrong_master_key', 'invalid', `Secrets here are sealed with the master key ${keyId}.`, {
    hint: 'Give nexusd that key (masterKeyFile, masterKeyCommand or a credential), or name it as masterKeyNextFile.',
  })
