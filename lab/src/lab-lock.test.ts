import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readJson, writeJson } from './lab-files.ts'
import { withLock } from './lab-lock.ts'

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nexus-lab-lock-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

describe('a lock', () => {
  test('lets one in at a time', async () => {
    const lock = join(home, 'lock')
    const seen: string[] = []
    const visit = (name: string) =>
      withLock(lock, async () => {
        seen.push(`${name} in`)
        await writeJson(join(home, 'x.json'), name)
        seen.push(`${name} out`)
      })

    await Promise.all([visit('a'), visit('b')])

    expect(seen).toHaveLength(4)
    expect(seen[0]?.[0]).toBe(seen[1]?.[0])
    expect(await readJson(join(home, 'x.json'))).toBe(seen[3]?.[0])
  })

  test('says once to whoever comes second that there is somebody to wait for', async () => {
    const lock = join(home, 'lock')
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    let waits = 0
    const { promise: inside, resolve: entered } = Promise.withResolvers<void>()
    const holds = () => {
      entered()
      return heard
    }
    const first = withLock(lock, holds, { onWait: () => expect.fail('nobody is in') })
    await inside
    const onWait = () => {
      waits += 1
      resolve()
    }
    await Promise.all([first, withLock(lock, async () => {}, { onWait })])

    expect(waits).toBe(1)
  })

  test('is free as soon as its holder was killed', async () => {
    const lock = join(home, 'lock')
    const files = join(import.meta.dirname, 'lab-lock.ts')
    const holds = `import { withLock } from ${JSON.stringify(files)}
      await withLock(${JSON.stringify(lock)}, async () => { console.log('in'); await new Promise((end) => setTimeout(end, 60_000)) })`
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', holds], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    const killed = () => void holder.kill('SIGKILL')

    await expect(withLock(lock, async () => 'in', { waitSeconds: 5, onWait: killed })).resolves.toBe('in')
    expect(holder.killed).toBe(true)
  })
})
