import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { base64Of, fromBase64, fromHex, hexOf, sha256 } from './merkle-hash.ts'
import { TrailError } from './trail-error.ts'

/** Who can sign a note. `keyId` are 4 bytes that tell keys of one name apart; they are no fingerprint. */
export type Signer = {
  readonly name: string
  readonly keyId: Uint8Array
  readonly sign: (text: Uint8Array) => Uint8Array
}

/** Who can tell whether a signature is of one key. */
export type Verifier = {
  readonly name: string
  readonly keyId: Uint8Array
  /** The text that the key was read from. */
  readonly verifierKey: string
  readonly verify: (text: Uint8Array, signature: Uint8Array) => boolean
}

/** https://c2sp.org/signed-note: 1 is Ed25519 over the text; https://c2sp.org/tlog-cosignature: 4 is a witness's, with a time. */
const types = { ed25519: 1, cosignature: 4 } as const

/** A new signing key as text, `PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and 32 bytes>`, as golang.org/x/mod/sumdb/note writes it. */
export function newSignerKey(name: string): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d = '' } = privateKey.export({ format: 'jwk' })
  const seed = Buffer.from(d, 'base64url')
  const keyId = keyIdOf(name, types.ed25519, publicOf(privateKey))
  return `PRIVATE+KEY+${name}+${hexOf(keyId)}+${base64Of(Buffer.concat([Buffer.of(types.ed25519), seed]))}`
}

/** Reads a signing key; the sentence of a failure holds nothing of it. */
export function parseSignerKey(text: string): Signer {
  const privateKey = privateKeyIn(text)
  const [, , name = '', id = ''] = text.split('+')
  const keyId = keyIdOf(name, types.ed25519, publicOf(privateKey))
  if (hexOf(keyId) !== id) throw keyInvalid('Its key id is of another key.')
  return { name, keyId, sign: (message) => sign(null, message, privateKey) }
}

/** The public half as text, `<name>+<key id>+<base64 of the type and 32 bytes>`: what an auditor is given. */
export function verifierKeyOf(signerKey: string): string {
  const { name } = parseSignerKey(signerKey)
  return verifierKeyText(name, types.ed25519, publicOf(privateKeyIn(signerKey)))
}

/** Reads the public half: of a log, or of a witness. */
export function parseVerifierKey(text: string): Verifier {
  const [, name = '', id = '', rest = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = fromBase64(rest)
  requireName(name)
  if (!fromHex(id) || bytes?.length !== 33)
    throw keyInvalid('A verifier key is <name>+<8 hex digits>+<base64 of 33 bytes>.')
  const [type = 0] = bytes
  if (type !== types.ed25519 && type !== types.cosignature) throw keyInvalid(`Keys of type ${type} are not known here.`)
  const raw = bytes.subarray(1)
  const keyId = keyIdOf(name, type, raw)
  if (hexOf(keyId) !== id) throw keyInvalid('Its key id is of another key.')
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
    format: 'jwk',
  })
  const checks = type === types.ed25519 ? ed25519(key) : cosignature(key)
  return { name, keyId, verifierKey: text, verify: checks }
}

/** What two people compare over the telephone: SHA-256 of the text of a verifier key, in hex. */
export const fingerprintOf = (verifierKey: string): string => hexOf(sha256(Buffer.from(verifierKey)))

const ed25519 = (key: KeyObject) => (text: Uint8Array, signature: Uint8Array) =>
  signature.length === 64 && verify(null, text, key, signature)

/** A witness signs its time with the text: 8 bytes of time, 64 of signature. */
const cosignature = (key: KeyObject) => (text: Uint8Array, signature: Uint8Array) =>
  signature.length === 72 && verify(null, cosigned(signature, text), key, signature.subarray(8))

const cosigned = (signature: Uint8Array, text: Uint8Array) =>
  Buffer.concat([Buffer.from(`cosignature/v1\ntime ${Buffer.from(signature).readBigUInt64BE()}\n`), text])

const keyIdOf = (name: string, type: number, publicKey: Uint8Array): Uint8Array =>
  createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(publicKey).digest().subarray(0, 4)

const verifierKeyText = (name: string, type: number, publicKey: Uint8Array): string =>
  `${name}+${hexOf(keyIdOf(name, type, publicKey))}+${base64Of(Buffer.concat([Buffer.of(type), publicKey]))}`

const publicOf = (privateKey: KeyObject): Uint8Array =>
  Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url')

/** What PKCS #8 puts before the 32 bytes of an Ed25519 key (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function privateKeyIn(text: string): KeyObject {
  const [, name = '', , rest = ''] = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = fromBase64(rest)
  requireName(name)
  if (bytes?.length !== 33 || bytes[0] !== types.ed25519) throw keyInvalid('It is no Ed25519 signing key.')
  return createPrivateKey({ key: Buffer.concat([pkcs8, bytes.subarray(1)]), format: 'der', type: 'pkcs8' })
}

/** Names of keys: not empty, no space of any kind, no plus, no control character. */
export const isKeyName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && !/[\s+\u0000-\u001f\u0085]/u.test(name)

function requireName(name: string): void {
  if (!isKeyName(name)) throw keyInvalid('The name of a key is not empty and has no space or plus in it.')
}

const keyInvalid = (why: string) =>
  new TrailError('trail.key_invalid', 'invalid', `This is not a key. ${why}`, {
    hint: 'Take the whole line, e.g. nexus.example.com/trail+1a2b3c4d+AV...',
  })
