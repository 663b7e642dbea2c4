import { canonicalText, type Entry } from './entry.ts'
import { fromBase64, hmacSha256 } from './merkle-hash.ts'
import { TrailError } from './trail-error.ts'

/**
 * What is personal about an entry. It is kept beside it and can be erased with its salt: what stays in the entry is a
 * hash that nobody can guess the value from, and the log verifies as before.
 */
export type Personal = {
  /** 32 random bytes in base64, new for each entry. */
  readonly salt: string
  readonly data: unknown
}

export const saltSize = 32

/** HMAC-SHA-256 of the canonical JSON with the salt as key, in hex: `personal` of an entry. */
export function personalHash({ salt, data }: Personal): string {
  return saltedHash(fromBase64(salt), canonicalText(data))
}

/** The same of a salt that is bytes already, and of data that is canonical JSON already. */
export function saltedHash(salt: Uint8Array | undefined, canonical: string): string {
  if (salt?.length !== saltSize) throw saltInvalid()
  return hmacSha256(salt, Buffer.from(canonical))
}

/** Throws unless this is what stood beside the entry. */
export function verifyPersonal(entry: Entry, personal: Personal): void {
  const found = personalHash(personal)
  if (entry.personal === undefined) throw notExpected(entry.id)
  if (found !== entry.personal) throw personalWrong(entry.id, entry.personal, found)
}

const saltInvalid = () => new TrailError('trail.salt_invalid', 'invalid', `A salt is ${saltSize} bytes in base64.`)

const notExpected = (id: string) =>
  new TrailError('trail.personal_unexpected', 'conflict', `Entry ${id} has no personal data beside it.`, {
    details: { id },
  })

const personalWrong = (id: string, expected: string, found: string) =>
  new TrailError('trail.personal_wrong', 'conflict', `The personal data beside entry ${id} is not what stood there.`, {
    details: { id, expected, found },
  })
