import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LabError } from './lab-error.ts'

/** Old or new, never half: written beside, flushed, renamed. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.${randomBytes(3).toString('hex')}.new`
  const file = await open(beside, 'w', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`)

/** The border where our own files come back as what they were written from. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readText(path)
  return text === undefined ? undefined : (JSON.parse(text) as T)
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')

/**
 * One process of the machine at a time has what is called `name`; `onWait` is called once, by whoever is not the first. The
 * kernel keeps the lock, as the address of a socket: it ends with its holder, however that ends, and leaves nothing behind.
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  { onWait = () => {}, waitSeconds = 900 }: { readonly onWait?: () => void; readonly waitSeconds?: number } = {},
): Promise<T> {
  const deadline = Date.now() + waitSeconds * 1000
  let held = await takeLock(name)
  if (!held) onWait()
  while (!held) {
    if (Date.now() > deadline)
      throw new LabError(
        'lab.busy',
        `Another lab command has held ${name} too long: end it, or try again when it is over.`,
      )
    await pause(200)
    held = await takeLock(name)
  }
  try {
    return await work()
  } finally {
    held.close()
  }
}

/** unix(7): an abstract address is no file; at most 107 bytes. */
async function takeLock(name: string): Promise<Server | undefined> {
  const server = createServer()
  server.listen(`\0nexus-lab-${createHash('sha256').update(name).digest('hex')}`)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined
    throw error
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
