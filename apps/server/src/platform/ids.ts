import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A prefixed id that sorts by the time it was made: `ord_01h...`: 10 characters of milliseconds and
 * 16 of chance in Crockford's base 32 (the layout of ULID, lower case).
 */
export function newId(prefix: string, at: Date = new Date()): string {
  let time = at.getTime()
  let head = ''
  for (let i = 0; i < 10; i += 1) {
    head = alphabet.charAt(time % 32) + head
    time = Math.floor(time / 32)
  }
  const tail = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('')
  return `${prefix}_${head}${tail}`
}

/** Random text for passwords and keys: `bytes` bytes of chance as base64url. */
export const newSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')
