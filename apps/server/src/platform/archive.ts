import { Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, pack } from 'tar-stream'

export type ArchiveEntry = { readonly name: string; readonly content: Buffer }

/** A gzipped tar, made as it is read. */
export function writeArchive(entries: AsyncIterable<ArchiveEntry>, at: Date): Readable {
  const archive = pack()
  const add = (name: string, content: Buffer) =>
    new Promise<void>((resolve, reject) =>
      archive.entry({ name, mode: 0o600, mtime: at }, content, (error) => (error ? reject(error) : resolve())),
    )
  const fill = async () => {
    for await (const { name, content } of entries) await add(name, content)
    archive.finalize()
  }
  fill().catch((thrown: unknown) => archive.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))))
  const zipped = createGzip()
  archive.on('error', (error) => zipped.destroy(error))
  return archive.pipe(zipped)
}

/** Entry by entry, in their order. */
export async function* readArchive(content: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry> {
  const source = Readable.from(content)
  const unzipped = source.pipe(createGunzip())
  const entries = unzipped.pipe(extract())
  source.on('error', (error) => unzipped.destroy(error))
  unzipped.on('error', (error) => entries.destroy(error))
  for await (const entry of entries) {
    const parts: Buffer[] = []
    for await (const part of entry) parts.push(Buffer.from(part as Uint8Array))
    yield { name: entry.header.name, content: Buffer.concat(parts) }
  }
}
