import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

let lastTime = 0
let lastChance = ''
let lastDigits = ''

/** 16 random digits of base 32. */
const freshChance = (): string => Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('')

/** Within one millisecond the digits of before plus one, so that ids keep their order. */
function chanceAt(time: number): string {
  if (time > lastTime) {
    lastChance = freshChance()
    lastTime = time
    lastDigits = ''
    return lastChance
  }
  let place = lastChance.length - 1
  while (place > 0 && lastChance.endsWith('z', place + 1)) place -= 1
  const digit = (alphabet.indexOf(lastChance.charAt(place)) + 1) % 32
  lastChance = lastChance.slice(0, place) + alphabet.charAt(digit) + '0'.repeat(lastChance.length - 1 - place)
  return lastChance
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
  const time = at.getTime()
  if (time < lastTime) return `${prefix}_${digitsOf(at)}${freshChance()}`
  const chance = chanceAt(time)
  lastDigits ||= digitsOf(at)
  return `${prefix}_${lastDigits}${chance}`
}

/**
 * Random text for passwords and keys: `bytes` bytes of chance as base64url. Never begins with a hyphen: the programs of
 * a stack are given it too, and one that gets it as an argument takes such a one for an option.
 */
export function newSecret(bytes = 32): string {
  for (;;) {
    const text = randomBytes(bytes).toString('base64url')
    if (!text.startsWith('-')) return text
  }
}
