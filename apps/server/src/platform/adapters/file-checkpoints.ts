import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { CheckpointSink, SentCheckpoint } from '../../modules/trail/index.ts'

/** Of older ones the last of each hour is read. */
const mostRead = 10_000

/**
 * Checkpoints in a folder: `checkpoints.jsonl` has all of them, `latest` the last note as it is, `keys` the public keys. For
 * a folder that the operator copies away or mounts from elsewhere; Nexus itself could overwrite it.
 */
export function fileCheckpoints(folder: string): CheckpointSink {
  const all = join(folder, 'checkpoints.jsonl')
  return {
    name: `files in ${folder}`,
    inOwnPower: true,
    everySeconds: 0,
    async put({ size, note, at }, keys) {
      await mkdir(folder, { recursive: true, mode: 0o755 })
      await replace(folder, 'keys', `${keys.join('\n')}\n`)
      const file = await open(all, 'a', 0o644)
      try {
        // The newline comes first: a line that a crash cut off spoils no other.
        await file.write(`\n${JSON.stringify({ size, at: at.toISOString(), note })}`)
        await file.sync()
      } finally {
        await file.close()
      }
      await replace(folder, 'latest.json', JSON.stringify({ size, at: at.toISOString(), note }))
      await replace(folder, 'latest', note)
    },
    newest: async () => {
      const text = await readFile(join(folder, 'latest.json'), 'utf8').catch(missing)
      return text === undefined ? undefined : read(text)
    },
    list: async () => {
      const found = await linesOf(all)
      const old = found.slice(0, -mostRead)
      const hourly = old.filter((each, place) => hourOf(each) !== hourOf(old[place + 1]))
      return [...hourly, ...found.slice(-mostRead)]
    },
  }
}

const hourOf = (each: SentCheckpoint | undefined) => each?.at.toISOString().slice(0, 13)

const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw error
}

async function linesOf(file: string): Promise<readonly SentCheckpoint[]> {
  const there = await open(file).catch(missing)
  if (!there) return []
  await there.close()
  const found: SentCheckpoint[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const each = read(line)
    if (each) found.push(each)
  }
  return found
}

/** Undefined for a line that a crash cut off: what it said is in the next one. */
function read(line: string): SentCheckpoint | undefined {
  try {
    const { size, at, note } = JSON.parse(line) as { size: number; at: string; note: string }
    return { size, at: new Date(at), note }
  } catch {
    return undefined
  }
}

async function replace(folder: string, name: string, text: string): Promise<void> {
  const fresh = join(folder, `.${name}.${process.pid}`)
  const file = await open(fresh, 'w', 0o644)
  try {
    await file.write(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, join(folder, name))
}
