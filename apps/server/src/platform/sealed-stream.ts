import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { NexusError } from './errors.ts'

const format = 'nexus-sealed/1'
const chunkBytes = 64 * 1024
const tagBytes = 16
const headerLimit = 4096

export type SealedHeader = {
  readonly format: typeof format
  /** Which key opens it; says nothing about the key itself. */
  readonly key: string
  readonly salt: string
}

type Bytes = AsyncIterable<Buffer | Uint8Array>

export const keyIdOf = (key: Buffer): string =>
  createHash('sha256').update('nexus sealed stream').update(key).digest('hex').slice(0, 16)

const fileKey = (key: Buffer, salt: Buffer) => Buffer.from(hkdfSync('sha256', key, salt, 'nexus sealed stream', 32))

/** Place and end are in the nonce: chunks that were cut off, swapped or repeated do not open. The key is of one file. */
function nonceOf(place: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(place), 3)
  nonce.writeUInt8(last ? 1 : 0, 11)
  return nonce
}

/** Pieces of exactly `size` bytes; the last one, which may be shorter or empty, is marked. */
async function* piecesOf(content: Bytes, size: number): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let held = Buffer.alloc(0)
  for await (const part of content) {
    held = Buffer.concat([held, part])
    while (held.length > size) {
      yield { piece: held.subarray(0, size), last: false }
      held = held.subarray(size)
    }
  }
  yield { piece: held, last: true }
}

/** AES-256-GCM in chunks behind one line of header, which each chunk vouches for. `key`: 32 bytes. */
export async function* sealStream(content: Bytes, key: Buffer): AsyncGenerator<Buffer> {
  const salt = randomBytes(16)
  const header: SealedHeader = { format, key: keyIdOf(key), salt: salt.toString('base64url') }
  const line = Buffer.from(`${JSON.stringify(header)}\n`)
  const own = fileKey(key, salt)
  yield line
  let place = 0
  for await (const { piece, last } of piecesOf(content, chunkBytes)) {
    const cipher = createCipheriv('aes-256-gcm', own, nonceOf(place, last))
    cipher.setAAD(line)
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()])
    place += 1
  }
}

/**
 * What was sealed, chunk by chunk, each only after its proof. Whoever reads must come to the end without an error before
 * the whole is believed. Errors: `backup.not_sealed`, `backup.wrong_key`, `backup.damaged`.
 */
export async function* openStream(sealed: Bytes, key: Buffer): AsyncGenerator<Buffer> {
  const parts = sealed[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  while (!held.includes(10)) {
    const next = await parts.next()
    if (next.done || held.length > headerLimit) throw notSealed()
    held = Buffer.concat([held, next.value])
  }
  const end = held.indexOf(10) + 1
  const line = Buffer.from(held.subarray(0, end))
  const salt = saltOf(line, key)
  const rest = async function* () {
    yield held.subarray(end)
    for (let next = await parts.next(); !next.done; next = await parts.next()) yield next.value
  }
  const own = fileKey(key, salt)
  let place = 0
  for await (const { piece, last } of piecesOf(rest(), chunkBytes + tagBytes)) {
    if (piece.length < tagBytes) throw damaged(place)
    const opening = createDecipheriv('aes-256-gcm', own, nonceOf(place, last))
    opening.setAAD(line)
    opening.setAuthTag(piece.subarray(piece.length - tagBytes))
    const opened = opening.update(piece.subarray(0, piece.length - tagBytes))
    try {
      opening.final()
    } catch {
      throw damaged(place)
    }
    yield opened
    place += 1
  }
}

function saltOf(line: Buffer, key: Buffer): Buffer {
  let header: Partial<SealedHeader>
  try {
    header = JSON.parse(line.toString()) as Partial<SealedHeader>
  } catch {
    throw notSealed()
  }
  if (header.format !== format || typeof header.salt !== 'string') throw notSealed()
  if (header.key === keyIdOf(key)) return Buffer.from(header.salt, 'base64url')
  throw new NexusError(
    'backup.wrong_key',
    'conflict',
    `This was sealed with the key ${String(header.key).slice(0, 16)}, not with ${keyIdOf(key)}, the one given here.`,
    {
      hint: 'Name the master key or the backup key of the Nexus that made it: --master-key FILE or --backup-key FILE.',
    },
  )
}

const notSealed = () => new NexusError('backup.not_sealed', 'invalid', 'This is no sealed file of Nexus.')

const damaged = (place: number) =>
  new NexusError(
    'backup.damaged',
    'invalid',
    `Chunk ${place} of the sealed file was changed, cut off or moved: nothing after it can be believed.`,
    { hint: 'Take another copy or another backup.' },
  )
