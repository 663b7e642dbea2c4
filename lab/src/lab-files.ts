import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
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

/** One process at a time; `onWait` is called once, by whoever is not the first. A lock whose holder no longer runs is taken over. */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { onWait = () => {}, waitSeconds = 900 }: { readonly onWait?: () => void; readonly waitSeconds?: number } = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  const deadline = Date.now() + waitSeconds * 1000
  for (let first = true; !(await takeLock(path)); first = false) {
    if (first) onWait()
    if (Date.now() > deadline)
      throw new LabError(
        'lab.busy',
        `Another lab command has held ${path} too long: end it, or try again when it is over.`,
      )
    await pause(200)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function takeLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(`${process.pid}\n`)
    await file.close()
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const holder = Number(await readText(path))
    if (!(holder > 0) || isAlive(holder)) return false
    await rm(path, { force: true })
    return takeLock(path)
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
