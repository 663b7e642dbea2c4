import { hash } from 'node:crypto'
import { TrailError } from './trail-error.ts'

/** A SHA-256 hash: 32 bytes. */
export type Hash = Uint8Array

export const hashSize = 32

/** The hash of nothing is the root of the empty tree (RFC 9162, 2.1.1). */
export const emptyRoot = (): Hash => hash('sha256', new Uint8Array(), 'buffer')

export const sha256 = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'buffer')

/** Hashing is what verifying a log consists of, so these functions write into a buffer that is there already. */
let leafRoom = Buffer.alloc(4096)
const nodeRoom = Buffer.alloc(1 + 2 * hashSize, 1)

/** SHA-256(0x00 || entry), RFC 9162, 2.1.1. The prefixes keep a node from being shown as an entry. */
export function leafHash(entry: Uint8Array): Hash {
  if (leafRoom.length < entry.length + 1) leafRoom = Buffer.alloc(2 * entry.length + 1)
  leafRoom.set(entry, 1)
  return hash('sha256', leafRoom.subarray(0, entry.length + 1), 'buffer')
}

/** SHA-256(0x01 || left || right), RFC 9162, 2.1.1. */
export function nodeHash(left: Hash, right: Hash): Hash {
  requireHash(left, 'left child')
  requireHash(right, 'right child')
  nodeRoom.set(left, 1)
  nodeRoom.set(right, 1 + hashSize)
  return hash('sha256', nodeRoom, 'buffer')
}

const hmacBlock = 64
let innerRoom = Buffer.alloc(4096)
const outerRoom = Buffer.alloc(hmacBlock + hashSize)

/** HMAC-SHA-256 (RFC 2104) in hex, of a key that is no longer than a block: every entry has one, and `createHmac` takes seven times as long. */
export function hmacSha256(key: Uint8Array, bytes: Uint8Array): string {
  const length = hmacBlock + bytes.length
  if (innerRoom.length < length) innerRoom = Buffer.alloc(2 * length)
  innerRoom.fill(0x36, 0, hmacBlock)
  outerRoom.fill(0x5c, 0, hmacBlock)
  for (let at = 0; at < key.length; at += 1) {
    const byte = key[at] ?? 0
    innerRoom[at] = byte ^ 0x36
    outerRoom[at] = byte ^ 0x5c
  }
  innerRoom.set(bytes, hmacBlock)
  outerRoom.set(hash('sha256', innerRoom.subarray(0, length), 'buffer'), hmacBlock)
  return hash('sha256', outerRoom, 'hex')
}

export function requireHash(found: Uint8Array, what: string): void {
  if (!(found instanceof Uint8Array) || found.length !== hashSize) throw notAHash(found, what)
}

const notAHash = (found: Uint8Array, what: string) =>
  new TrailError('trail.hash_invalid', 'invalid', `The ${what} is no SHA-256 hash of ${hashSize} bytes.`, {
    details: { bytes: found?.length ?? 0 },
  })

export const sameHash = (one: Hash, other: Hash): boolean => Buffer.compare(one, other) === 0

export const hexOf = (bytes: Uint8Array): string => viewOf(bytes).toString('hex')
export const base64Of = (bytes: Uint8Array): string => viewOf(bytes).toString('base64')

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The bytes of lower-case hex, nothing else. */
export function fromHex(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'hex')
  return bytes.length * 2 === text.length && bytes.toString('hex') === text ? bytes : undefined
}

/** The bytes of canonical standard base64 (RFC 4648, section 4): padded, without spaces, no stray bits. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
