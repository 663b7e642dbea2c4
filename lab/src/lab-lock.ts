import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { LabError } from './lab-error.ts'

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
