import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { NexusError } from './errors.ts'

/**
 * AES-256-GCM. A sealed value is `v1.<nonce>.<tag>.<ciphertext>` in base64url; `bound` (for instance
 * tenant/name/version) is the additional data, so a row moved elsewhere does not open.
 */
export type SecretBox = {
  readonly seal: (value: string, bound: string) => string
  readonly open: (sealed: string, bound: string) => string
}

/** `masterKey`: 32 bytes. */
export function secretBox(masterKey: Buffer): SecretBox {
  if (masterKey.length !== 32) {
    throw new NexusError('secrets.bad_master_key', 'invalid', 'The master key is not 32 bytes long.', {
      hint: 'Make one with: openssl rand -base64 32',
    })
  }
  return {
    seal: (value, bound) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', masterKey, nonce)
      cipher.setAAD(Buffer.from(bound))
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
      return ['v1', nonce, cipher.getAuthTag(), text]
        .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
        .join('.')
    },
    open: (sealed, bound) => {
      const [version, nonce, tag, text] = sealed.split('.')
      try {
        if (version !== 'v1' || !nonce || !tag || text === undefined) throw new Error('shape')
        const decipher = createDecipheriv('aes-256-gcm', masterKey, Buffer.from(nonce, 'base64url'))
        decipher.setAAD(Buffer.from(bound))
        decipher.setAuthTag(Buffer.from(tag, 'base64url'))
        return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8')
      } catch {
        throw new NexusError('secrets.cannot_open', 'conflict', 'A secret does not open with this master key.', {
          hint: 'Start nexusd with the master key that the secret was sealed with.',
        })
      }
    },
  }
}
