import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

let lastTime = 0
let lastChance = Buffer.alloc(16)

/** Random digits of base 32; within one millisecond the digits of before plus one, so that ids keep their order. */
function chanceAt(time: number): Buffer {
  if (time > lastTime) {
    lastChance = Buffer.from(randomBytes(16).map((byte) => byte % 32))
    lastTime = time
    return lastChance
  }
  const next = Buffer.from(lastChance)
  for (let place = next.length - 1; place >= 0; place -= 1) {
    const digit = ((next[place] ?? 0) + 1) % 32
    next[place] = digit
    if (digit !== 0) break
  }
  lastChance = next
  return next
}

/** 10 digits of base 32 that sort as the times do. */
function digitsOf(at: Date): string {
  let time = at.getTime()
  let digits = ''
  for (let i = 0; i < 10; i += 1) {
    digits = alphabet.charAt(time % 32) + digits
    time = Math.floor(time / 32)
  }
  return digits
}

/** Ids of this prefix that were made before that time are smaller than this, all others are larger. */
export const idsFrom = (prefix: string, at: Date): string => `${prefix}_${digitsOf(at)}`

/**
 * A prefixed id that sorts by the time it was made, within one process also inside a millisecond: `ord_01h...`: 10
 * characters of milliseconds and 16 of chance in Crockford's base 32 (the layout of ULID, lower case). For an earlier
 * time than the last one given the chance is fresh and order is by time only.
 */
export function newId(prefix: string, at: Date = new Date()): string {
  const given = at.getTime()
  const chance = given < lastTime ? Buffer.from(randomBytes(16).map((byte) => byte % 32)) : chanceAt(given)
  return `${prefix}_${digitsOf(at)}${Array.from(chance, (digit) => alphabet.charAt(digit)).join('')}`
}

/** Random text for passwords and keys: `bytes` bytes of chance as base64url. */
export const newSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')
