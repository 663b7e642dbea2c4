import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toFailure } from './errors.ts'
import { openStream, sealStream } from './sealed-stream.ts'

const key = randomBytes(32)
const chunk = 64 * 1024

async function* given(...parts: readonly Uint8Array[]) {
  yield* parts
}
async function all(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
async function* inPieces(file: Buffer, size: number) {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size)
}
const sealed = (content: Buffer, by = key) => all(sealStream(given(content), by))
const opened = (file: Buffer, by = key) => all(openStream(given(file), by))
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (thrown) => toFailure(thrown).code,
  )

describe('a sealed stream', () => {
  test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 200_000])(
    'of %i bytes opens to what went in',
    async (size) => {
      const content = randomBytes(size)
      const file = await sealed(content)

      expect((await opened(file)).equals(content)).toBe(true)
      expect((await all(openStream(inPieces(file, 777), key))).equals(content)).toBe(true)
    },
  )

  test('shows nothing of what is in it, and no two are alike', async () => {
    const content = Buffer.from('a secret that is long enough to be found'.repeat(50))
    const [one, other] = [await sealed(content), await sealed(content)]

    expect(one.includes('secret that')).toBe(false)
    expect(one.subarray(200).equals(other.subarray(200))).toBe(false)
  })

  test('does not open with another key, and says which it wants', async () => {
    const failure = await opened(await sealed(Buffer.from('x')), randomBytes(32)).then(() => undefined, toFailure)

    expect(failure).toMatchObject({ code: 'backup.wrong_key', kind: 'conflict' })
  })

  test('that was cut off, changed, shortened by a chunk, or put in another order does not open', async () => {
    const file = await sealed(randomBytes(3 * chunk + 5))
    const head = file.indexOf(10) + 1
    const piece = (place: number) => file.subarray(head + place * (chunk + 16), head + (place + 1) * (chunk + 16))
    const changed = Buffer.from(file)
    changed[head + 100] = (changed[head + 100] ?? 0) ^ 1
    const otherHeader = Buffer.concat([
      Buffer.from(file.subarray(0, head).toString().replace('}', ' }')),
      file.subarray(head),
    ])
    const broken = {
      cut: file.subarray(0, -1),
      changed,
      shortened: file.subarray(0, head + 3 * (chunk + 16)),
      swapped: Buffer.concat([file.subarray(0, head), piece(1), piece(0), piece(2), piece(3)]),
      'with another header': otherHeader,
      'with more behind it': Buffer.concat([file, Buffer.from('x')]),
    }

    for (const [how, each] of Object.entries(broken))
      expect([how, await codeOf(opened(each))]).toEqual([how, 'backup.damaged'])
    expect(await codeOf(opened(Buffer.from('something else entirely')))).toBe('backup.not_sealed')
  })
})
