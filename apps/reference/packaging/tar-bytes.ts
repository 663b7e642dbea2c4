import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { pack } from 'tar-stream'
import type { TreeFile } from './file-tree.ts'

/** One second after the epoch: some tools take a zero for "unknown". */
const fixedTime = new Date(1000)

/** The same files give the same bytes, wherever and whenever they are packed. */
export async function tarOf(files: readonly TreeFile[]): Promise<Buffer> {
  const archive = pack()
  const chunks: Buffer[] = []
  archive.on('data', (chunk) => {
    if (!(chunk instanceof Uint8Array)) throw new Error('The archive gave something that is not bytes.')
    chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  })
  const ended = new Promise<void>((resolve, reject) => archive.once('end', resolve).once('error', reject))

  const common = { mtime: fixedTime, uid: 0, gid: 0, uname: 'root', gname: 'root' }
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const name of foldersOf(sorted))
    archive.entry({ ...common, name: `${name}/`, type: 'directory', mode: modeOf(name) })
  for (const { path, content, executable } of sorted) {
    archive.entry({ ...common, name: path, mode: executable ? 0o755 : 0o644 }, content)
  }
  archive.finalize()
  await ended
  return Buffer.concat(chunks)
}

const modeOf = (folder: string) => (folder === 'tmp' ? 0o1777 : 0o755)

function foldersOf(files: readonly TreeFile[]): readonly string[] {
  const folders = new Set<string>()
  for (const { path } of files) {
    for (let at = posix.dirname(path); at !== '.' && at !== '/'; at = posix.dirname(at)) folders.add(at)
  }
  return [...folders].sort()
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
